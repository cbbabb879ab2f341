package io.moulin.server;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Objects;
import java.util.function.IntConsumer;

/**
 * Signals of the operating system. Java has no supported way to receive them but {@code
 * sun.misc.Signal} of the module {@code jdk.unsupported}, which the compiler warns of; hence by
 * reflection.
 */
final class Signals {
  private Signals() {}

  /**
   * Calls {@code receiver} with the number of the signal, on a thread of its own, each time that
   * the signal {@code name} arrives. A signal that the process was started to ignore, as a shell
   * starts what runs in its background, stays ignored; where signals cannot be received, the
   * process ends by them as without this.
   */
  static void handle(String name, IntConsumer receiver) {
    try {
      Class<?> type = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object proxy =
          Proxy.newProxyInstance(
              handler.getClassLoader(),
              new Class<?>[] {handler},
              (self, method, arguments) ->
                  switch (method.getName()) {
                    case "handle" -> {
                      receiver.accept((int) type.getMethod("getNumber").invoke(arguments[0]));
                      yield null;
                    }
                    case "equals" -> self == arguments[0];
                    case "hashCode" -> System.identityHashCode(self);
                    default -> Objects.toString(receiver);
                  });
      Object signal = type.getConstructor(String.class).newInstance(name);
      type.getMethod("handle", type, handler).invoke(null, signal, proxy);
    } catch (ClassNotFoundException | NoSuchMethodException | InstantiationException e) {
      // A JDK without it.
    } catch (IllegalAccessException | InvocationTargetException e) {
      // A signal that this system does not have, or that the JVM was told to leave alone.
    }
  }
}
