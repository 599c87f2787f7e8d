package io.mooring.api.profile;

import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/** The profiles that this host can truly serve now. Any thread. */
@ProviderType
public interface Profiles {

  /** All, the newest first. */
  List<Profile> served();

  /**
   * The one that a port without a profile of its own takes; empty while no engine or device is
   * there.
   */
  Optional<Profile> latest(String device);

  /** A served profile by name. */
  Optional<Profile> find(String name);
}
