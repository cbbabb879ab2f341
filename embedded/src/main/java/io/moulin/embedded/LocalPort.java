package io.moulin.embedded;

import io.moulin.spec.MoulinException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/** Ports of the loopback interface. */
final class LocalPort {
  private LocalPort() {}

  /** A port that is free now. */
  static int free() {
    try (ServerSocket socket = bind(0)) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw MoulinException.external(
          "no-free-port",
          "No port of the loopback interface is free: " + e.getMessage(),
          "stop programs that hold many connections, and try again",
          e);
    }
  }

  /** Fails when a process listens on {@code port}; {@code what} wants to. */
  static void requireFree(int port, String what, String setting) {
    try (ServerSocket socket = bind(port)) {
      if (socket.getLocalPort() != port) {
        throw new IllegalStateException("Cannot listen on port " + port);
      }
    } catch (IOException e) {
      throw MoulinException.external(
          "port-in-use",
          "Port " + port + " for " + what + " is in use by another process",
          "stop that process, or set another port in '" + setting + "', or none for a free one",
          e);
    }
  }

  private static ServerSocket bind(int port) throws IOException {
    ServerSocket socket = new ServerSocket();
    socket.setReuseAddress(true); // a connection of our last run that lingers is no obstacle
    try {
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return socket;
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }
}
