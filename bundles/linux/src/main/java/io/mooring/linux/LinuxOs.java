package io.mooring.linux;

import io.mooring.api.os.DescriptorKind;
import io.mooring.api.os.Os;
import io.mooring.api.os.Poller;
import io.mooring.api.os.Tap;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Linux's system calls, by java.lang.foreign. Keeps nothing that anybody misses, so it may be
 * replaced at any time.
 */
@Component
public final class LinuxOs implements Os {

  private static final Logger LOG = LoggerFactory.getLogger(LinuxOs.class);

  private final Doorbell doorbell = new Doorbell();

  @Deactivate
  void stop() {
    try {
      doorbell.close();
      callOnce();
    } catch (IOException e) {
      LOG.warn("{}", e.getMessage());
    }
  }

  /**
   * Who has this goes on with it until the next one is there, and then no class can be loaded any
   * more: so all that may be called by then is called now.
   */
  private void callOnce() throws IOException {
    int eventfd = eventfd();
    try (Poller poller = poller()) {
      poller.add(eventfd);
      signal(eventfd);
      poller.await(new int[1], 0);
      poller.remove(eventfd);
      awaitReadable(eventfd, 0);
      drain(eventfd);
      kind(eventfd);
      close(duplicate(eventfd));
    } finally {
      close(eventfd);
    }
    int memory = memfd("mooring", 1);
    try {
      unmap(map(memory, 0, size(memory)));
    } finally {
      close(memory);
    }
  }

  @Override
  public int duplicate(int descriptor) throws IOException {
    int copy = Descriptors.duplicate(descriptor);
    try {
      if (Descriptors.kind(copy) == DescriptorKind.EVENTFD) {
        Descriptors.unblock(copy);
      }
    } catch (IOException e) {
      close(copy);
      throw e;
    }
    return copy;
  }

  @Override
  public void close(int descriptor) {
    try {
      Descriptors.close(descriptor);
    } catch (IOException e) {
      LOG.warn("{}", e.getMessage());
    }
  }

  @Override
  public DescriptorKind kind(int descriptor) throws IOException {
    return Descriptors.kind(descriptor);
  }

  @Override
  public long size(int descriptor) throws IOException {
    return Descriptors.size(descriptor);
  }

  @Override
  public boolean touchable(int descriptor) throws IOException {
    return Descriptors.touchable(descriptor);
  }

  @Override
  public long pageSize(int descriptor) throws IOException {
    return Descriptors.pageSize(descriptor);
  }

  @Override
  public int eventfd() throws IOException {
    return Eventfd.open();
  }

  @Override
  public boolean signal(int eventfd) {
    return doorbell.ring(eventfd) || Eventfd.signal(eventfd);
  }

  @Override
  public boolean drain(int eventfd) {
    return Eventfd.drain(eventfd);
  }

  @Override
  public int memfd(String name, long size) throws IOException {
    return Mappings.memfd(name, size);
  }

  @Override
  public MemorySegment map(int descriptor, long offset, long length) throws IOException {
    return Mappings.map(descriptor, offset, length);
  }

  @Override
  public void unmap(MemorySegment mapping) {
    try {
      Mappings.unmap(mapping);
    } catch (IOException e) {
      LOG.warn("{}", e.getMessage());
    }
  }

  @Override
  public int read(int descriptor, byte[] into, int offset, int timeoutMillis) throws IOException {
    return Streams.read(descriptor, into, offset, timeoutMillis);
  }

  @Override
  public boolean awaitReadable(int descriptor, int wake, int timeoutMillis) throws IOException {
    return Streams.awaitReadable(descriptor, wake, timeoutMillis);
  }

  @Override
  public void write(int descriptor, byte[] bytes, int timeoutMillis) throws IOException {
    Streams.write(descriptor, bytes, timeoutMillis);
  }

  @Override
  public int userfaultfd() throws IOException {
    return Userfaults.open();
  }

  @Override
  public void register(int userfaultfd, MemorySegment mapping, long pageSize) throws IOException {
    Userfaults.register(userfaultfd, mapping, pageSize);
  }

  @Override
  public Poller poller() throws IOException {
    return new Epoll();
  }

  @Override
  public Tap tap(String name, int descriptor) {
    return new TapInterface(name, descriptor);
  }

  @Override
  public Tap tap(String name) throws IOException {
    return TapSetup.open(name);
  }

  @Override
  public long vhostFeatures(Path device) throws IOException {
    return VhostDevice.features(device);
  }

  @Override
  public int[] processors() throws IOException {
    return Processors.available();
  }

  @Override
  public void bindThreads(String name, int[] processors) throws IOException {
    Processors.bind(name, processors);
  }

  @Override
  public void bindCurrentThread(int[] processors) throws IOException {
    Processors.bindCurrent(processors);
  }

  @Override
  public void pinCurrentThread(int processor) throws IOException {
    Processors.pin(processor);
  }
}
