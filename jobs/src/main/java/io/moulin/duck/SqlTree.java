package io.moulin.duck;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/** SQL as DuckDB's own parser understands it, before any of its names means something. */
public final class SqlTree {
  private static final ObjectMapper JSON = new ObjectMapper();

  private SqlTree() {}

  /**
   * The statements of a text; {@code error} is true in it where they do not parse.
   *
   * @throws JsonProcessingException when the text is nested too deeply
   */
  public static JsonNode of(Connection duckdb, String sql)
      throws SQLException, JsonProcessingException {
    try (PreparedStatement parse = duckdb.prepareStatement("SELECT json_serialize_sql(?)")) {
      parse.setString(1, sql);
      try (ResultSet result = parse.executeQuery()) {
        result.next();
        return JSON.readTree(result.getString(1));
      }
    }
  }
}
