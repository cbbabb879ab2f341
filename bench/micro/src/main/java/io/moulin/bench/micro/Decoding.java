package io.moulin.bench.micro;

import com.alibaba.fastjson2.JSONReader;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.moulin.decode.DecodedRows;
import io.moulin.decode.Decoder;
import io.moulin.decode.Decoders;
import io.moulin.spec.DatasetSpec;
import java.io.IOException;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;

/**
 * A record's bytes become values: ours into typed columns with all its checks; the two parsers only
 * read every value, numbers as doubles and the rest as text, which is less work than ours.
 */
@State(Scope.Thread)
public class Decoding extends PerSecond {
  private static final JsonFactory JACKSON = new JsonFactory();

  private final byte[][] lines = Trips.lines();
  private final DatasetSpec dataset = Trips.dataset();
  private final Decoder decoder = Decoders.of(dataset);
  private final DecodedRows row = new DecodedRows(dataset.columns().size());

  @Benchmark
  @OperationsPerInvocation(Trips.ROWS)
  public void ours(Blackhole hole) {
    for (byte[] line : lines) {
      hole.consume(decoder.decode(line, row));
    }
  }

  @Benchmark
  @OperationsPerInvocation(Trips.ROWS)
  public void jackson(Blackhole hole) throws IOException {
    for (byte[] line : lines) {
      try (JsonParser parser = JACKSON.createParser(line)) {
        for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
          if (token.isNumeric()) {
            hole.consume(parser.getDoubleValue());
          } else if (token == JsonToken.VALUE_STRING) {
            hole.consume(parser.getText());
          }
        }
      }
    }
  }

  @Benchmark
  @OperationsPerInvocation(Trips.ROWS)
  public void fastjson2(Blackhole hole) {
    for (byte[] line : lines) {
      try (JSONReader reader = JSONReader.of(line)) {
        reader.nextIfObjectStart();
        while (!reader.nextIfObjectEnd()) {
          hole.consume(reader.readFieldNameHashCode());
          if (reader.isNumber()) {
            hole.consume(reader.readDoubleValue());
          } else {
            hole.consume(reader.readString());
          }
        }
      }
    }
  }
}
