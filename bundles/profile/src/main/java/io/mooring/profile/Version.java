package io.mooring.profile;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A profile's name in its two parts.
 *
 * @param lineage the vendor's part: {@code org.dpdk}
 * @param numbers of the version: 18, 11
 */
record Version(String lineage, List<Integer> numbers) implements Comparable<Version> {

  /** What stands for the newest version in a lineage's name: {@code org.dpdk.latest}. */
  static final String LATEST = ".latest";

  static Version of(String name) {
    int at = name.lastIndexOf(".v");
    List<Integer> numbers =
        Stream.of(name.substring(at + 2).split("\\.")).map(Integer::valueOf).toList();
    return new Version(name.substring(0, at), numbers);
  }

  /** By lineage, and within one the older first. */
  @Override
  public int compareTo(Version other) {
    int order = lineage.compareTo(other.lineage);
    for (int i = 0; order == 0 && i < Math.max(numbers.size(), other.numbers.size()); i++) {
      order = Integer.compare(at(i), other.at(i));
    }
    return order;
  }

  /** As OSGi writes versions: three numbers, and what goes beyond them as a qualifier. */
  String osgi() {
    String more = numbers.stream().skip(3).map(String::valueOf).collect(Collectors.joining("_"));
    String three = at(0) + "." + Math.max(0, at(1)) + "." + Math.max(0, at(2));
    return more.isEmpty() ? three : three + "." + more;
  }

  private int at(int index) {
    return index < numbers.size() ? numbers.get(index) : -1;
  }
}
