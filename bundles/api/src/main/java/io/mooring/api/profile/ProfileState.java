package io.mooring.api.profile;

import java.util.List;

/**
 * A known profile and whether this host serves it now.
 *
 * @param profile what a guest sees
 * @param values the same as the canonical list of values: {@code device=net,any_layout=on,…}
 * @param hash SHA-256 of the values, in hexadecimal
 * @param aliases other names of the same interface
 * @param source where the vendor's values come from, as the profile's file says
 * @param origin what brought it here: a bundle or a file
 * @param withheld why it is not served, one line a reason; empty when it is
 */
public record ProfileState(
    Profile profile,
    String values,
    String hash,
    List<String> aliases,
    String source,
    String origin,
    List<String> withheld) {

  /** Whether a port may have it now. */
  public boolean served() {
    return withheld.isEmpty();
  }
}
