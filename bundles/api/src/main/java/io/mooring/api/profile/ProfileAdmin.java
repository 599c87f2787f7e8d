package io.mooring.api.profile;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The profiles as management sees them. Any thread. What is asked for wrongly is answered with an
 * {@link IllegalArgumentException} of one line that names the thing, the value and what is allowed.
 */
@ProviderType
public interface ProfileAdmin {

  /** Every known profile, served or not, the newest of each lineage first. */
  List<ProfileState> known();

  /**
   * A known profile by name, alias, or {@code latest} of a lineage ({@code org.dpdk.latest}).
   *
   * @throws IllegalArgumentException when there is none; it suggests the nearest name
   */
  ProfileState known(String name);

  /**
   * Which values of a profile this host cannot serve now.
   *
   * @param nameOrValues a known name, or a list of values
   * @return one line a missing value; empty when the host can
   */
  List<String> check(String nameOrValues);

  /**
   * Whether a VM may move from one host to another.
   *
   * @param from the profile it has there: a name or values; or the published file of its host
   * @param to the published file of the destination; empty for this host
   * @param acknowledged the features its guest acknowledged; when empty, all of {@code from}
   */
  MovePlan plan(String from, Optional<Path> to, Optional<Long> acknowledged);

  /**
   * The newest profile of a device type that all hosts serve.
   *
   * @param published their files
   */
  Optional<String> baseline(String device, List<Path> published);

  /**
   * Switches features off or on again.
   *
   * @param feature a feature's name, or a group's: {@code tso}, {@code ufo}, {@code ecn}, {@code
   *     uso}
   * @param port for this port only; empty for all
   * @return the profiles that were withdrawn or restored by it
   */
  List<String> feature(String feature, boolean on, Optional<String> port);

  /** The features that are switched off, by port; those of all ports under the empty name. */
  Map<String, Set<String>> off();

  /**
   * What a port may offer: the features that are not switched off for it or for all, of those the
   * host can serve.
   *
   * @throws IllegalArgumentException when the profile cannot be served to this port now; the
   *     message says why
   */
  Profile forPort(String port, String profile);

  /** The newest profile that a port without a profile of its own may take. */
  Optional<Profile> latestForPort(String port, String device);

  /** Names once published here that can no longer be served, each with the reason. */
  Map<String, String> audit();

  /** The published list, as JSON: what {@code run/profiles.json} holds. */
  String published();

  /** The properties that pin the same interface on QEMU's {@code -device virtio-net-pci}. */
  String qemu(String nameOrValues);

  /** The elements that pin the same interface inside a libvirt domain's {@code <interface>}. */
  String libvirt(String nameOrValues);
}
