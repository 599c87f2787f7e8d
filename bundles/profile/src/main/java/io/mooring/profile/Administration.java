package io.mooring.profile;

import io.mooring.api.profile.MovePlan;
import io.mooring.api.profile.Profile;
import io.mooring.api.profile.ProfileAdmin;
import io.mooring.api.profile.ProfileState;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Answers management from the registry. */
@Component
public final class Administration implements ProfileAdmin {

  private final LiveProfiles live;
  private final FeatureSwitches switches;

  @Activate
  public Administration(@Reference LiveProfiles live, @Reference FeatureSwitches switches) {
    this.live = live;
    this.switches = switches;
  }

  @Override
  public List<ProfileState> known() {
    return live.registry().view().states();
  }

  @Override
  public ProfileState describe(String what) {
    return Description.of(what, live.registry().view()::get);
  }

  @Override
  public List<String> check(String what) {
    ProfileState state = describe(what);
    return state.served()
        ? live.registry().view().host().missing(state.profile())
        : state.withheld();
  }

  @Override
  public MovePlan plan(String from, Optional<String> to, OptionalLong acknowledged) {
    return Moves.plan(from, to, acknowledged, live.published());
  }

  @Override
  public Optional<String> baseline(String device, List<Path> published) {
    return Moves.baseline(device, published.stream().map(PublishedJson::read).toList());
  }

  @Override
  public List<String> feature(String feature, boolean on, Optional<String> port)
      throws IOException, InterruptedException {
    String whose = port.orElse(Switches.ALL);
    Set<String> before = served(whose);
    switches.set(live.registry().switches().with(feature, on, whose));
    Set<String> after = served(whose);
    Set<String> changed = new TreeSet<>(on ? after : before);
    changed.removeAll(on ? before : after);
    return List.copyOf(changed);
  }

  private Set<String> served(String port) {
    return live.registry().view(port).served().stream()
        .map(state -> state.profile().name())
        .collect(Collectors.toCollection(HashSet::new));
  }

  @Override
  public List<String> features() {
    return List.copyOf(Switches.names());
  }

  @Override
  public Map<String, Set<String>> off() {
    return new TreeMap<>(live.registry().switches().off());
  }

  @Override
  public Map<String, String> audit() {
    return live.registry().audit();
  }

  @Override
  public String published() {
    return PublishedJson.print(live.published());
  }

  @Override
  public String qemu(Profile profile) {
    return QemuDevice.print(profile);
  }

  @Override
  public String libvirt(Profile profile) {
    return LibvirtInterface.print(profile);
  }

  @Override
  public String file(Profile profile, String source) {
    return ProfileText.print(profile, source);
  }
}
