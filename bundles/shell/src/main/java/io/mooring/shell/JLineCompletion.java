package io.mooring.shell;

import io.mooring.shell.Completion.Offer;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.apache.felix.service.command.CommandSession;
import org.jline.reader.Candidate;
import org.jline.reader.Completer;
import org.jline.reader.LineReader;
import org.jline.reader.ParsedLine;

/** Tells JLine what our commands offer. */
final class JLineCompletion {

  /** Where Gogo's own {@link #FILES} looks for the line that is completed. */
  private static final String LINE = ".commandLine";

  private static final String FILES = "gogo:__files";

  private final Commands commands;
  private final Names names;
  private final CommandSession session;

  JLineCompletion(Commands commands, Names names, CommandSession session) {
    this.commands = commands;
    this.names = names;
    this.session = session;
  }

  @SuppressWarnings("unchecked")
  void complete(List<Object> arguments) throws Exception {
    var reader = (LineReader) arguments.get(0);
    var line = (ParsedLine) arguments.get(1);
    var candidates = (List<Candidate>) arguments.get(2);
    var others = (Completer) arguments.get(3);
    // Names without a scope are ours first, as SCOPE has it.
    Optional<Syntax> syntax =
        line.wordIndex() == 0 ? Optional.empty() : commands.find(line.words().getFirst());
    if (syntax.isPresent()) {
      complete(syntax.get(), line, candidates);
    } else {
      others.complete(reader, line, candidates);
    }
  }

  @SuppressWarnings("unchecked")
  private void complete(Syntax syntax, ParsedLine line, List<Candidate> candidates)
      throws Exception {
    List<String> before = line.words().subList(1, line.wordIndex());
    String word = line.word().substring(0, line.wordCursor());
    Completion completion = Completion.of(syntax, before, word, names::of);
    for (Offer offer : completion.offers()) {
      String purpose = offer.purpose().isEmpty() ? null : offer.purpose();
      candidates.add(new Candidate(offer.word(), offer.word(), null, purpose, null, null, true));
    }
    if (completion.files()) {
      session.put(LINE, line);
      candidates.addAll((Collection<Candidate>) session.execute(FILES));
    }
  }
}
