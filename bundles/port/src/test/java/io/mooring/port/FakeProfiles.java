package io.mooring.port;

import io.mooring.api.profile.Profile;
import io.mooring.api.profile.Profiles;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** Profiles that the test serves and withdraws. */
final class FakeProfiles implements Profiles {

  final List<Profile> served = new CopyOnWriteArrayList<>();

  FakeProfiles(Profile... profiles) {
    served.addAll(Arrays.asList(profiles));
  }

  @Override
  public List<Profile> served() {
    return List.copyOf(served);
  }

  @Override
  public Optional<Profile> latest(String device) {
    return served.stream().filter(profile -> profile.device().equals(device)).findFirst();
  }

  @Override
  public List<String> names(String device) {
    return served.stream()
        .filter(profile -> profile.device().equals(device))
        .map(Profile::name)
        .toList();
  }

  @Override
  public Optional<Profile> find(String name) {
    return served.stream().filter(profile -> profile.name().equals(name)).findFirst();
  }

  @Override
  public Profile forPort(String port, String device, Optional<String> wanted) {
    return wanted
        .map(this::find)
        .orElseGet(() -> latest(device))
        .orElseThrow(() -> new IllegalStateException("profile " + wanted.orElse("(the latest)")));
  }

  @Override
  public String values(Profile profile) {
    return "max_ring=%d,max_queue_pairs=%d".formatted(profile.maxRing(), profile.maxQueuePairs());
  }

  @Override
  public void forget(String port) {}
}
