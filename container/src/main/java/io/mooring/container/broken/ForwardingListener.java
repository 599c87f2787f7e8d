package io.mooring.container.broken;

import io.mooring.api.transport.Listener;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.SortedMap;

/** A listener as another one is. */
abstract class ForwardingListener implements Listener {

  private final Listener listener;

  ForwardingListener(Listener listener) {
    this.listener = listener;
  }

  @Override
  public void add(Path path) throws IOException {
    listener.add(path);
  }

  @Override
  public void adopt(Path path, int descriptor) throws IOException {
    listener.adopt(path, descriptor);
  }

  @Override
  public SortedMap<Path, Integer> descriptors() {
    return listener.descriptors();
  }

  @Override
  public void hold(boolean still) throws IOException {
    listener.hold(still);
  }

  @Override
  public void remove(Path path) {
    listener.remove(path);
  }

  @Override
  public Optional<Arrival> accept() throws IOException {
    return listener.accept();
  }

  @Override
  public void leave() {
    listener.leave();
  }

  @Override
  public void close() {
    listener.close();
  }
}
