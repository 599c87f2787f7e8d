package io.mooring.port;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.osgi.framework.Version;

/** Several bundles provide a room. */
class ChoiceTest {

  private final Set<Long> onTrial = ConcurrentHashMap.newKeySet();
  private final Providers<String> there = new Providers<>(onTrial);
  private final Choice<String> choice = new Choice<>(there);

  private Provider<String> comes(String name, String version, long bundle, int ranking) {
    var provider = new Provider<>(name, name, Version.valueOf(version), bundle, ranking, bundle);
    there.add(provider);
    return provider;
  }

  private String chosen() {
    return choice.service().orElse("none");
  }

  @Test
  void whoIsThereIsTakenAndKept() {
    assertEquals("none", chosen());
    comes("old", "1", 1, 0);
    assertEquals("old", chosen());
    comes("new", "2", 2, 100);
    assertEquals("old", chosen());
  }

  @Test
  void whenItGoesTheBestOfTheOthersIsTaken() {
    comes("first", "1", 1, 0);
    assertEquals("first", chosen());
    comes("newest", "3.0.0", 2, 0);
    comes("preferred", "1", 3, 5);
    comes("newer", "2", 4, 0);
    there.remove("first");
    assertEquals("preferred", chosen());
    there.remove("preferred");
    assertEquals("newest", chosen());
    there.remove("newest");
    there.remove("newer");
    assertEquals("none", chosen());
  }

  @Test
  void nobodyTakesWhatIsOnTrialUnlessNothingElseIsLeft() {
    onTrial.add(2L);
    comes("old", "1", 1, 0);
    Provider<String> tried = comes("tried", "2", 2, 9);
    assertEquals("old", chosen());
    assertEquals(Optional.of(tried), there.from(2));
    there.remove("old");
    assertEquals("tried", chosen());
  }

  @Test
  void whoIsMovedStaysThere() {
    comes("old", "1", 1, 0);
    Provider<String> other = comes("other", "1", 2, 0);
    choice.take(other);
    assertEquals("other", chosen());
    there.remove("other");
    assertEquals("old", chosen());
  }
}
