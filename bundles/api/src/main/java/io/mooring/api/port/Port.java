package io.mooring.api.port;

import org.osgi.annotation.versioning.ProviderType;

/** One port, registered as a service for as long as it exists. Any thread. */
@ProviderType
public interface Port {

  /** Service property: the port's name. */
  String NAME = "port.name";

  /** Service property: the {@link PortState}'s name; changes as the port does. */
  String STATE = "port.state";

  /** Service property: one line that says why the port failed; absent otherwise. */
  String ERROR = "port.error";

  /** Service property: the name of the profile that a connected front-end has; else absent. */
  String PROFILE = "port.profile";

  /** The factory PID of a port's configuration. */
  String FACTORY_PID = "io.mooring.port";

  /** A consistent picture of the port now. */
  PortStatus status();

  /**
   * Takes the link of the port's device away, or gives it back. It stays so until the port is
   * configured anew or Mooring ends, whoever connects.
   *
   * @throws IllegalStateException when the port failed; one line that says why
   */
  void link(boolean up);
}
