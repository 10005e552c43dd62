package io.otaupgrade.cli.internal.driver;

import io.otaupgrade.cli.internal.CommandFailed;
import io.otaupgrade.cli.internal.Services;
import io.otaupgrade.cli.internal.Terminal;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ota driver}: what a driver's author and a host's operator do with packages. */
@Command(
    name = "driver",
    description = "Makes, checks and tries driver packages, and looks after the installed ones.",
    synopsisSubcommandLabel = "COMMAND")
public final class DriverCommand implements Runnable {

  /** System property that the launcher sets to the data folder of {@code ota serve}. */
  private static final String DATA = "ota.data";

  @Spec private CommandSpec spec;

  private DriverCommand() {}

  /** The command and those below it. */
  public static CommandLine of(Terminal terminal, Services services) {
    return of(terminal, services, data());
  }

  private static Optional<Path> data() {
    return Optional.ofNullable(System.getProperty(DATA)).map(Path::of);
  }

  /** The folder that {@code ota serve} takes packages from; empty if it keeps nothing. */
  public static Optional<Path> deployFolder() {
    return data().map(Deployed::folder);
  }

  static CommandLine of(Terminal terminal, Services services, Optional<Path> data) {
    return new CommandLine(new DriverCommand())
        .addSubcommand(new CheckCommand(terminal, services))
        .addSubcommand(new InstallCommand(terminal, services, data))
        .addSubcommand(new ListCommand(terminal, services))
        .addSubcommand(new LogCommand(terminal, services))
        .addSubcommand(new PackCommand(terminal, services))
        .addSubcommand(new RemoveCommand(terminal, services, data))
        .addSubcommand(new RunCommand(terminal, services));
  }

  /** What is said of a name that no installed package has. */
  static CommandFailed notInstalled(String name) {
    return new CommandFailed(
        "no package " + name + " is installed; \"ota driver list\" tells which are");
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "a command is missing");
  }
}
