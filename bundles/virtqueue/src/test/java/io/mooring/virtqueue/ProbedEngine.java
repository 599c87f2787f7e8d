package io.mooring.virtqueue;

import io.mooring.api.memory.HostMemory;
import io.mooring.api.os.Os;
import io.mooring.api.virtqueue.VirtqueueEngine;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.constant.ClassDesc;

/** The engine as it is, except that it accesses memory through {@link MemoryProbe}. */
final class ProbedEngine extends ClassLoader {

  private static final ClassDesc MEMORY = ClassDesc.of(HostMemory.class.getName());
  private static final ClassDesc PROBE = ClassDesc.of(MemoryProbe.class.getName());
  private static final ClassTransform THROUGH_PROBE =
      ClassTransform.transformingMethodBodies((builder, element) -> {
        if (element instanceof InvokeInstruction call && call.owner().matches(MEMORY)) {
          builder.invokestatic(PROBE, call.name().stringValue(), call.typeSymbol());
        } else {
          builder.with(element);
        }
      });

  private static final ProbedEngine LOADER = new ProbedEngine();

  private ProbedEngine() {
    super(ProbedEngine.class.getClassLoader());
  }

  static VirtqueueEngine of(Os os) {
    try {
      Class<?> type = LOADER.loadClass(RingEngine.class.getName());
      return (VirtqueueEngine) type.getConstructor(Os.class).newInstance(os);
    } catch (ReflectiveOperationException failure) {
      throw new LinkageError("the probed engine", failure);
    }
  }

  /** The engine's own classes are made anew, everything else is the parent's. */
  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    boolean own = name.startsWith(RingEngine.class.getPackageName() + '.');
    if (!own || name.equals(MemoryProbe.class.getName())) {
      return super.loadClass(name, resolve);
    }
    synchronized (getClassLoadingLock(name)) {
      Class<?> loaded = findLoadedClass(name);
      return loaded == null ? define(name) : loaded;
    }
  }

  private Class<?> define(String name) throws ClassNotFoundException {
    String path = name.replace('.', '/') + ".class";
    try (InputStream in = getParent().getResourceAsStream(path)) {
      if (in == null) {
        throw new ClassNotFoundException(name);
      }
      ClassFile classes = ClassFile.of();
      byte[] code = classes.transformClass(classes.parse(in.readAllBytes()), THROUGH_PROBE);
      return defineClass(name, code, 0, code.length);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
