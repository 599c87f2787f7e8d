package io.mooring.acceptance.rig;

import io.mooring.acceptance.rig.Guest.Answer;
import java.time.Duration;
import java.util.function.Predicate;

/**
 * Runs command lines in a guest, as its {@code init} wants them: each begins with a word that the
 * answer ends with. One thread uses it.
 */
final class GuestShell {

  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final Console console;
  private int commands;
  private String begun;

  GuestShell(Console console) {
    this.console = console;
  }

  private String nextWord() {
    return "answer-" + ++commands;
  }

  /** Runs a command line to its end. */
  Answer run(String line) {
    String word = nextWord();
    return answer(word, console.ask(word + " " + line, LIMIT, answered(word)));
  }

  /** Starts a program that reads the console, and waits until it says a line or ends. */
  String begin(String line, String last) {
    begun = nextWord();
    String command = "%s %s </dev/ttyS1 2>&1".formatted(begun, line);
    return console.ask(command, LIMIT, answered(begun).or(said -> said.contains(last + "\n")));
  }

  /** Sends that program an empty line, which ends it; has the rest of what it says. */
  Answer end() {
    return answer(begun, console.ask("", LIMIT, answered(begun)));
  }

  private static Predicate<String> answered(String word) {
    return said -> said.matches("(?s).*" + word + " [0-9]+\n");
  }

  private static Answer answer(String word, String text) {
    int end = text.lastIndexOf(word);
    int status = Integer.parseInt(text.substring(end + word.length()).strip());
    return new Answer(status, text.substring(0, end));
  }
}
