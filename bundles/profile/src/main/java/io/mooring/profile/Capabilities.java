package io.mooring.profile;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.Manifest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a bundle's manifest provides in a namespace of ours, read without a framework. */
final class Capabilities {

  /** A clause: a namespace and what follows until a comma outside quotes. */
  private static final Pattern CLAUSE = Pattern.compile("((?:[^,\"]|\"[^\"]*\")+)(?:,|$)");

  private static final Pattern ATTRIBUTE =
      Pattern.compile("([\\w.]+)(?::[\\w<>]+)?=(?:\"([^\"]*)\"|([^;]*))");

  private Capabilities() {}

  /** The attributes of each capability in a namespace, as text. */
  static List<Map<String, String>> of(Manifest manifest, String namespace) {
    String header = manifest.getMainAttributes().getValue("Provide-Capability");
    var capabilities = new ArrayList<Map<String, String>>();
    Matcher clause = CLAUSE.matcher(header == null ? "" : header);
    while (clause.find()) {
      String text = clause.group(1).strip();
      if (text.startsWith(namespace + ";")) {
        var attributes = new HashMap<String, String>();
        Matcher attribute = ATTRIBUTE.matcher(text.substring(namespace.length()));
        while (attribute.find()) {
          String quoted = attribute.group(2);
          attributes.put(attribute.group(1), quoted == null ? attribute.group(3) : quoted);
        }
        capabilities.add(attributes);
      }
    }
    return capabilities;
  }
}
