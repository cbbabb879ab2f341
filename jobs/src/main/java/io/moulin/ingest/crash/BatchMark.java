package io.moulin.ingest.crash;

import java.util.List;

/** Says that a run has these records in native code. */
record BatchMark(String run, List<Span> spans) {
  BatchMark {
    spans = List.copyOf(spans);
  }
}
