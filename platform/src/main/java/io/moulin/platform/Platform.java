package io.moulin.platform;

/** What a project runs on. Parts are started when they are first asked for. */
public interface Platform extends AutoCloseable {

  /** The broker's topics. */
  Topics topics();

  /** The catalog's tables. */
  Tables tables();

  /** The engine that runs jobs. */
  JobRunner jobs();

  /** Stops what was started, in order, and gives back what was held. Safe to call twice. */
  @Override
  void close();
}
