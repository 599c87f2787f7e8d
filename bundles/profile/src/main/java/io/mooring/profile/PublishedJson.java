package io.mooring.profile;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonParseException;
import io.mooring.api.profile.Profile;
import io.mooring.api.profile.ProfileState;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeMap;

/** The published list as JSON; {@code docs/profiles.schema.json} describes it. */
final class PublishedJson {

  /** Rises when a reader of the old form would misread the new one. */
  static final int SCHEMA_VERSION = 1;

  private static final Gson GSON =
      new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

  private PublishedJson() {}

  /** The document's members in their order. */
  private record Document(
      Integer schemaVersion,
      String host,
      String engine,
      NavigableMap<String, String> offers,
      NavigableMap<String, String> latest,
      List<Item> supported,
      List<Item> withheld,
      NavigableMap<String, NavigableSet<String>> off) {}

  private record Item(
      String name, List<String> aliases, String values, String hash, List<String> reasons) {

    static Item of(ProfileState state) {
      return new Item(
          state.profile().name(),
          state.aliases(),
          state.values(),
          state.hash(),
          state.served() ? null : state.withheld());
    }

    ProfileState state() {
      Profile profile = Values.parseAny(ProfileText.name(name), values);
      return new ProfileState(
          profile,
          Values.print(profile),
          Values.hash(profile),
          aliases == null ? List.of() : aliases,
          "",
          "",
          reasons == null ? List.of() : reasons);
    }
  }

  static String print(Published published) {
    var offers = new TreeMap<String, String>();
    published.offers().forEach((device, all) -> offers.put(device, Values.print(all)));
    return GSON.toJson(
            new Document(
                SCHEMA_VERSION,
                published.host(),
                published.engine(),
                offers,
                published.latest(),
                published.supported().stream().map(Item::of).toList(),
                published.withheld().stream().map(Item::of).toList(),
                published.off().off()))
        + "\n";
  }

  /**
   * Reads the file that some host published.
   *
   * @throws IllegalArgumentException in one line that names the file and what is wrong
   */
  static Published read(Path file) {
    String json = Description.read(file);
    try {
      return parse(json);
    } catch (IllegalArgumentException wrong) {
      throw new IllegalArgumentException("%s: %s".formatted(file, wrong.getMessage()), wrong);
    }
  }

  /**
   * Reads what {@link #print} writes.
   *
   * @throws IllegalArgumentException in one line that says what is wrong
   */
  static Published parse(String json) {
    Document document;
    try {
      document = GSON.fromJson(json, Document.class);
    } catch (JsonParseException wrong) {
      throw new IllegalArgumentException(
          "it is no published list: " + Text.shown(String.valueOf(wrong.getMessage())), wrong);
    }
    if (document == null || document.schemaVersion == null || document.supported == null) {
      throw new IllegalArgumentException(
          "it is no published list: it lacks schemaVersion or supported");
    }
    if (document.schemaVersion != SCHEMA_VERSION) {
      throw new IllegalArgumentException(
          "its schemaVersion is %d, known is %d".formatted(document.schemaVersion, SCHEMA_VERSION));
    }
    var offers = new TreeMap<String, Profile>();
    orEmpty(document.offers)
        .forEach((device, values) -> offers.put(device, Values.parseAny(device, values)));
    return new Published(
        Optional.ofNullable(document.host).orElse(""),
        Optional.ofNullable(document.engine).orElse(""),
        offers,
        new TreeMap<>(orEmpty(document.latest)),
        states(document.supported),
        states(document.withheld),
        new Switches(new TreeMap<>(orEmpty(document.off))));
  }

  private static <T> Map<String, T> orEmpty(NavigableMap<String, T> map) {
    return map == null ? Map.of() : map;
  }

  private static List<ProfileState> states(List<Item> items) {
    var states = new ArrayList<ProfileState>();
    for (Item item : items == null ? List.<Item>of() : items) {
      if (item == null || item.name == null || item.values == null) {
        throw new IllegalArgumentException("a profile lacks its name or values");
      }
      states.add(item.state());
    }
    return List.copyOf(states);
  }
}
