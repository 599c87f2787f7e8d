package io.mooring.api.profile;

import org.osgi.annotation.versioning.ConsumerType;

/** Register one as a service to hear of changes of what {@link Profiles} answers. */
@ConsumerType
public interface ProfilesListener {

  /**
   * What this host serves has changed, or a port's exceptions have. Called on a thread of the
   * profiles' own, after the change; several changes may come as one call.
   */
  void profilesChanged();
}
