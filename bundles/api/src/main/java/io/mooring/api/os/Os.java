package io.mooring.api.os;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The system calls that Java lacks. Descriptors are raw numbers owned by whoever received or made
 * them: nobody else closes them. Every method may be called from any thread; every failure is an
 * {@link IOException} that names the call, its argument and the system's reason.
 */
@ProviderType
public interface Os {

  /**
   * Returns a new close-on-exec descriptor for the same open file; the caller owns both. An eventfd
   * is made non-blocking, which holds for every descriptor of the same open file, until a peer that
   * shares it undoes that.
   */
  int duplicate(int descriptor) throws IOException;

  /**
   * Closes a descriptor. Closing one that is not open is logged by the implementation, never
   * thrown.
   */
  void close(int descriptor);

  /** Tells what an open descriptor is. */
  DescriptorKind kind(int descriptor) throws IOException;

  /** Size in bytes of the file behind a descriptor. */
  long size(int descriptor) throws IOException;

  /**
   * Whether each byte of a file can be touched where it is mapped: a hole in a file whose file
   * system is full, or whose huge pages are used up, cannot.
   */
  boolean touchable(int descriptor) throws IOException;

  /** Page size in bytes of the file behind a descriptor: 4096, or a huge page's. */
  long pageSize(int descriptor) throws IOException;

  /** Makes a non-blocking, close-on-exec eventfd with count 0. */
  int eventfd() throws IOException;

  /**
   * Adds one to an eventfd. Never blocks, whatever a peer that shares it does: a full counter
   * already wakes its reader.
   *
   * @return whether the signal was taken; false for a broken descriptor
   */
  boolean signal(int eventfd);

  /**
   * Reads an eventfd's count away. Never blocks.
   *
   * @return whether the count was above zero
   */
  boolean drain(int eventfd);

  /** Makes a close-on-exec memfd of the given size in bytes. */
  int memfd(String name, long size) throws IOException;

  /**
   * Maps a shared, readable and writable range of a file.
   *
   * @param offset in bytes; a multiple of the file's page size
   * @param length in bytes; rounded up to the file's page size
   * @return a segment of {@code length} bytes, of the global scope: it stays valid until {@link
   *     #unmap}
   */
  MemorySegment map(int descriptor, long offset, long length) throws IOException;

  /** Unmaps what {@link #map} returned. No thread may touch it from then on. */
  void unmap(MemorySegment mapping);

  /**
   * Reads from a pipe, socket or file, waiting for the first byte at most so long.
   *
   * @return bytes read into {@code into} from {@code offset} on; -1 at the end, 0 when none came in
   *     time
   */
  int read(int descriptor, byte[] into, int offset, int timeoutMillis) throws IOException;

  /**
   * Waits until reading would not: there are bytes, or the end, or a failure (poll). Who waits on
   * one descriptor again and again does so by one system call, unlike with a {@link Poller}.
   *
   * @return false when that did not come in time, or the wait was interrupted by a signal
   */
  default boolean awaitReadable(int descriptor, int timeoutMillis) throws IOException {
    return awaitReadable(descriptor, -1, timeoutMillis);
  }

  /**
   * The same, until somebody signals an eventfd, which stays signalled.
   *
   * @param wake the eventfd; negative for none
   * @return whether reading {@code descriptor} would not wait; false also when it was the eventfd
   */
  boolean awaitReadable(int descriptor, int wake, int timeoutMillis) throws IOException;

  /** Writes all to a pipe, socket or file; fails when the other side lets it wait that long. */
  void write(int descriptor, byte[] bytes, int timeoutMillis) throws IOException;

  /**
   * Makes a close-on-exec, non-blocking userfaultfd.
   *
   * @throws IOException also where the system does not allow this process to have one
   */
  int userfaultfd() throws IOException;

  /**
   * Lets a userfaultfd have the faults on pages of a mapping that its file does not hold yet: a
   * thread that touches one waits until whoever reads the userfaultfd has brought it. Ends when the
   * userfaultfd is closed.
   *
   * @param mapping from {@link #map}
   * @param pageSize of the file behind it
   */
  void register(int userfaultfd, MemorySegment mapping, long pageSize) throws IOException;

  /** Makes a poller over descriptors. */
  Poller poller() throws IOException;

  /**
   * Opens (and creates, where it does not exist) a TAP interface; it is given offload headers of
   * the virtio-net form.
   */
  Tap tap(String name) throws IOException;

  /**
   * Goes on with a TAP interface that another process has opened by {@link #tap(String)}.
   *
   * @param descriptor owned by the returned one
   */
  Tap tap(String name, int descriptor);

  /**
   * The virtio features that the kernel's own back-end behind a device file offers
   * (VHOST_GET_FEATURES of linux/vhost.h).
   *
   * @throws IOException also when it is not there, not to be opened, or no vhost device
   */
  long vhostFeatures(Path device) throws IOException;

  /** The numbers of the processors that this process may use, ascending. */
  int[] processors() throws IOException;

  /**
   * Binds threads of this process to some processors, and with them those that they start. The
   * process's first thread is left as it is, since {@link #processors} asks for its.
   *
   * @param name what the threads' names begin with, as the system knows them: 15 bytes at most;
   *     empty for all
   * @param processors at least one
   */
  void bindThreads(String name, int[] processors) throws IOException;

  /**
   * Binds the calling thread to some processors, and with it the threads and processes that it
   * starts.
   *
   * @param processors at least one
   */
  void bindCurrentThread(int[] processors) throws IOException;

  /** Binds the calling thread to one processor. */
  void pinCurrentThread(int processor) throws IOException;
}
