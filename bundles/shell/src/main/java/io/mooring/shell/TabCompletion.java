package io.mooring.shell;

import java.util.List;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Function;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * {@code vhost:_complete}: what the prompt asks at each tab, see {@code etc/gosh_profile}. Names no
 * type of JLine, which is not everywhere.
 */
@Component(
    service = Function.class,
    property = {Command.SCOPE, "osgi.command.function=_complete"})
public final class TabCompletion implements Function {

  private final Commands commands;
  private final Names names;

  @Activate
  public TabCompletion(@Reference Commands commands, @Reference Names names) {
    this.commands = commands;
    this.names = names;
  }

  /**
   * Completes a word.
   *
   * @param arguments JLine's reader, line and candidates, and the completer for what is not ours
   */
  @Override
  public Object execute(CommandSession session, List<Object> arguments) throws Exception {
    new JLineCompletion(commands, names, session).complete(arguments);
    return null;
  }
}
