package io.otaupgrade.cli.internal;

import io.otaupgrade.cli.internal.demo.DemoCommand;
import io.otaupgrade.cli.internal.devices.DevicesCommand;
import io.otaupgrade.cli.internal.driver.DriverCommand;
import io.otaupgrade.cli.internal.inspect.InspectCommand;
import io.otaupgrade.cli.internal.ports.PortsCommand;
import io.otaupgrade.cli.internal.serve.ServeCommand;
import io.otaupgrade.cli.internal.simulate.SimulateCommand;
import java.util.Map;
import java.util.concurrent.Callable;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * The command line of the runnable runtime. bnd's launcher runs this service on the main thread,
 * stops the framework afterwards and exits with its result.
 */
@Component(service = Callable.class, property = "main.thread:Boolean=true")
public final class Main implements Callable<Integer> {

  private final Services services;
  private final String[] arguments;

  @Activate
  public Main(
      BundleContext context,
      @Reference(name = "launcher", service = Object.class, target = "(launcher.arguments=*)")
          Map<String, Object> launcher) {
    this(new BundleServices(context), (String[]) launcher.get("launcher.arguments"));
  }

  Main(Services services, String[] arguments) {
    this.services = services;
    this.arguments = arguments.clone();
  }

  @Override
  public Integer call() {
    return commandLine(Terminal.ofProcess()).execute(arguments);
  }

  CommandLine commandLine(Terminal terminal) {
    CommandLine line =
        new CommandLine(new NoCommand())
            .addSubcommand(new DemoCommand(terminal, services))
            .addSubcommand(new DevicesCommand(terminal, services))
            .addSubcommand(DriverCommand.of(terminal, services))
            .addSubcommand(new InspectCommand(terminal))
            .addSubcommand(new PortsCommand(terminal, services))
            .addSubcommand(new ServeCommand(terminal, services))
            .addSubcommand(new SimulateCommand(terminal, services))
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setOut(terminal.out())
            .setErr(terminal.err())
            .setParameterExceptionHandler((wrong, args) -> usageFault(wrong))
            .setExecutionExceptionHandler((fault, where, result) -> failure(where, fault));
    addHelp(line);
    return line;
  }

  private static void addHelp(CommandLine line) {
    for (CommandLine command : line.getSubcommands().values()) {
      command.getCommandSpec().mixinStandardHelpOptions(true);
      addHelp(command);
    }
  }

  /** One clear line; the usage text would bury it. */
  private static int usageFault(ParameterException wrong) {
    CommandLine where = wrong.getCommandLine();
    String message = wrong.getMessage().lines().findFirst().orElse("wrong usage");
    String name = where.getCommandSpec().qualifiedName();
    where.getErr().println(name + ": " + message + " (" + name + " --help tells more)");
    return CommandLine.ExitCode.USAGE;
  }

  private static int failure(CommandLine where, Exception fault) {
    String why = fault instanceof CommandFailed ? fault.getMessage() : fault.toString();
    where.getErr().println(where.getCommandSpec().qualifiedName() + ": " + why);
    return CommandLine.ExitCode.SOFTWARE;
  }

  /** {@code ota} alone. */
  @Command(
      name = "ota",
      description = "Zigbee OTA Upgrade server.",
      synopsisSubcommandLabel = "COMMAND",
      mixinStandardHelpOptions = true,
      version = "ota 0.1.0")
  private static final class NoCommand implements Runnable {
    @Spec private CommandSpec spec;

    @Override
    public void run() {
      throw new ParameterException(spec.commandLine(), "a command is missing");
    }
  }
}
