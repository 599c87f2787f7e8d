package io.mooring.profile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProfileTextTest {

  private static final String GOOD =
      """
      # A comment.
      name: com.acme.switch.v1.2
      source: Acme switch 1.2,
        its data sheet
      aliases: com.acme.switch.v1.3
      values: device=net,csum=on,
        max_ring=256,
        max_queue_pairs=1,mtu=1500
      """;

  @Test
  void readsWhatAVendorWrites() {
    ProfileText text = read(GOOD);
    assertEquals("com.acme.switch.v1.2", text.profile().name());
    assertEquals(List.of("com.acme.switch.v1.3"), text.aliases());
    assertEquals("Acme switch 1.2,its data sheet", text.source());
    assertEquals(1, text.profile().features());
    assertEquals(text, read(GOOD.replace("\n", "\r\n")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "name:|nmae:| line 2: nmae is none of aliases, name, source, values; did you mean name?",
        "source: Acme|# Acme| name com.acme.switch.v1.2 its data sheet is not vendor.vN, lower"
            + " case, at most 100 characters, as org.dpdk.v18.11 is",
        "values: device|values: max_ring=1,device| max_ring is there twice",
        "name: com|name: Com| name Com.acme.switch.v1.2 is not vendor.vN, lower case, at most 100"
            + " characters, as org.dpdk.v18.11 is",
        "switch.v1.3|switch.v1.2| its aliases name the same profile twice",
        "aliases|source| line 5: source is there twice",
      })
  void refusesInOneLineThatSaysWhy(String from, String to, String line) {
    assertEquals(line, refused(GOOD.replace(from, to).getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void refusesHostileFiles() {
    assertEquals("it is longer than 65536 bytes", refused(new byte[1 << 20]));
    assertEquals("it is not text: it holds control characters", refused(new byte[100]));
    assertEquals("it is not text: it is not UTF-8", refused(new byte[] {'n', (byte) 0xff}));
    assertEquals("it lacks name:", refused(new byte[0]));
  }

  @Property
  void anyBytesEndInOneLine(@ForAll @Size(max = 300) byte[] bytes) {
    String line = refused(bytes);
    assertTrue(line.length() < 300 && line.indexOf('\n') < 0, line);
  }

  @Test
  void newerVersionsComeAfterOlderOnes() {
    List<String> names =
        Stream.of("a.b.v18.11", "a.b.v2", "a.b.v18.2", "a.a.v9", "a.b.v18", "a.b.v2.0")
            .sorted((one, other) -> Version.of(one).compareTo(Version.of(other)))
            .toList();
    assertEquals(
        List.of("a.a.v9", "a.b.v2", "a.b.v2.0", "a.b.v18", "a.b.v18.2", "a.b.v18.11"), names);
  }

  private static ProfileText read(String text) {
    return ProfileText.parse(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String refused(byte[] bytes) {
    return assertThrows(IllegalArgumentException.class, () -> ProfileText.parse(bytes))
        .getMessage();
  }
}
