package io.mooring.api.upgrade;

import java.util.OptionalInt;
import org.osgi.annotation.versioning.ProviderType;

/** What the process that this one takes over from leaves to it, besides its ports. Any thread. */
@ProviderType
public interface Inheritance {

  /**
   * Takes the open descriptor of a TAP interface, which can be open once only; the caller owns it.
   * Waits until it is known what there is.
   *
   * @return empty when it was not left, as to a process that takes over from none
   */
  OptionalInt tap(String name);
}
