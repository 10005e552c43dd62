package io.otaupgrade.cli.internal;

import io.otaupgrade.cli.internal.demo.DemoCommand;
import io.otaupgrade.cli.internal.inspect.InspectCommand;
import io.otaupgrade.cli.internal.serve.ServeCommand;
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
@Command(
    name = "ota",
    description = "Zigbee OTA Upgrade server.",
    synopsisSubcommandLabel = "COMMAND",
    mixinStandardHelpOptions = true,
    version = "ota 0.1.0")
public final class Main implements Callable<Integer>, Runnable {

  private final BundleContext context;
  private final String[] arguments;

  @Spec private CommandSpec spec;

  @Activate
  public Main(
      BundleContext context,
      @Reference(name = "launcher", service = Object.class, target = "(launcher.arguments=*)")
          Map<String, Object> launcher) {
    this(context, (String[]) launcher.get("launcher.arguments"));
  }

  Main(BundleContext context, String[] arguments) {
    this.context = context;
    this.arguments = arguments.clone();
  }

  @Override
  public Integer call() {
    return commandLine(Terminal.ofProcess()).execute(arguments);
  }

  CommandLine commandLine(Terminal terminal) {
    Services services = new Services(context);
    CommandLine line =
        new CommandLine(this)
            .addSubcommand(new DemoCommand(terminal, services))
            .addSubcommand(new InspectCommand(terminal))
            .addSubcommand(new ServeCommand(terminal, services))
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setOut(terminal.out())
            .setErr(terminal.err())
            .setParameterExceptionHandler((wrong, args) -> usageFault(wrong))
            .setExecutionExceptionHandler((fault, where, result) -> failure(where, fault));
    line.getSubcommands()
        .values()
        .forEach(command -> command.getCommandSpec().mixinStandardHelpOptions(true));
    return line;
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

  /** No command at all. */
  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "a command is missing");
  }
}
