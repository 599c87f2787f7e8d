package io.mooring.api.profile;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The profiles as management sees them. Any thread. What is asked for wrongly is answered with an
 * {@link IllegalArgumentException} of one line that names the thing, the value and what is allowed.
 */
@ProviderType
public interface ProfileAdmin {

  /** Every known profile, served or not, by lineage, the newest of each first. */
  List<ProfileState> known();

  /**
   * An interface by what management has of it: a profile's name, alias or {@code latest} of a
   * lineage, or a list of values, or the absolute path of a file: a published list (then the latest
   * there), a libvirt domain, or a QEMU command line.
   *
   * @throws IllegalArgumentException when there is none; it suggests the nearest name
   */
  ProfileState describe(String what);

  /**
   * Which values of an interface this host cannot serve now.
   *
   * @param what as {@link #describe} takes it
   * @return one line a missing value; empty when the host can
   */
  List<String> check(String what);

  /**
   * Whether a VM may move from one host to another.
   *
   * @param from the interface that it has there, as {@link #describe} takes it
   * @param to the published file of the destination, or the one interface that it offers; empty for
   *     this host
   * @param acknowledged the features that its guest acknowledged; when empty, all of {@code from}
   */
  MovePlan plan(String from, Optional<String> to, OptionalLong acknowledged);

  /**
   * The best profile of a device type that all hosts serve, in the order of the first.
   *
   * @param published their files
   */
  Optional<String> baseline(String device, List<Path> published);

  /**
   * Switches features off or on again, now and after a restart. A port that is connected keeps what
   * it has.
   *
   * @param feature a feature's name, or a group's: {@code tso}, {@code ufo}, {@code ecn}, {@code
   *     uso}
   * @param port for this port only; empty for all
   * @return the profiles that were withdrawn or restored by it
   * @throws IOException when that cannot be kept
   */
  List<String> feature(String feature, boolean on, Optional<String> port)
      throws IOException, InterruptedException;

  /** Every name that {@link #feature} takes. */
  List<String> features();

  /** The features that are switched off, by port; those of all ports under the empty name. */
  Map<String, Set<String>> off();

  /** Names once published here that can no longer be served, each with the reason. */
  Map<String, String> audit();

  /** The published list, as JSON: what {@code run/profiles.json} holds. */
  String published();

  /** The properties that pin an interface on QEMU's {@code -device virtio-net-pci}. */
  String qemu(Profile profile);

  /** The elements that pin an interface inside a libvirt domain's {@code <interface>}. */
  String libvirt(Profile profile);

  /** An interface as the text of a {@code .profile} file. */
  String file(Profile profile, String source);
}
