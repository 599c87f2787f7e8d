package io.mooring.api.profile;

import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/** The profiles that this host can truly serve now. Any thread. */
@ProviderType
public interface Profiles {

  /** All, the best first: our own lineage with its newest version, then whichever can most. */
  List<Profile> served();

  /** The best of a device type; empty while no engine or device is there. */
  Optional<Profile> latest(String device);

  /** Every name by which a profile of a device type is served now: its own and its aliases. */
  List<String> names(String device);

  /** A served profile by name, alias, or {@code latest} of a lineage ({@code org.dpdk.latest}). */
  Optional<Profile> find(String name);

  /**
   * What a port is to offer. A port that asks for nothing or for a {@code latest} gets what it got
   * the first time, also after a restart, until {@link #forget}; while the operator has that
   * switched off, it gets the best of what is left.
   *
   * @param port the port's name
   * @param device its device type
   * @param wanted a name, an alias, {@code latest} of a lineage, or a list of values, of which
   *     those left out are off, {@code max_ring=256}, {@code max_queue_pairs=1}, {@code mtu=1500}
   * @return under the name that was asked for; a list of values under its canonical text
   * @throws IllegalArgumentException when {@code wanted} can never be had; one line that says why
   * @throws IllegalStateException when it is not served now; the message names it and what is
   *     missing, to be read after "waits for"
   */
  Profile forPort(String port, String device, Optional<String> wanted);

  /** The canonical list of values of an interface. */
  String values(Profile profile);

  /** A port is gone for good: one of the same name begins anew. */
  void forget(String port);
}
