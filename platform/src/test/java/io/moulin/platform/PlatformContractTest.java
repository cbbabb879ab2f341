package io.moulin.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.moulin.plan.Actual.ActualTable;
import io.moulin.spec.Layer;
import io.moulin.spec.MoulinException;
import io.moulin.spec.PartitionSpec;
import io.moulin.spec.PartitionSpec.Transform;
import io.moulin.spec.TableSpec;
import io.moulin.spec.TableSpec.FieldSpec;
import io.moulin.spec.TopicSpec;
import io.moulin.spec.TypeParser;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableUtil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What every platform does. Names are new in each test, so that one platform can serve all. */
public abstract class PlatformContractTest {
  private static final Duration THREE_DAYS = Duration.ofDays(3);
  private static final List<String> TYPES =
      List.of(
          "boolean",
          "int",
          "long",
          "float",
          "double",
          "decimal(38,10)",
          "string",
          "date",
          "time",
          "timestamp",
          "timestamptz",
          "binary",
          "uuid",
          "list<string>",
          "map<string, decimal(10,2)>",
          "struct<a: int, b: list<struct<c: map<string, timestamptz>, d: uuid>>>");

  private final String unique = UUID.randomUUID().toString().substring(0, 8);

  /** The platform under test, started. */
  protected abstract Platform platform();

  private TopicSpec topic(int partitions) {
    return new TopicSpec("contract." + unique, partitions, THREE_DAYS);
  }

  private TopicSpec existing(String name) {
    Map<String, TopicSpec> found = platform().topics().describe(List.of(name));
    assertThat(found).containsOnlyKeys(name);
    return found.values().iterator().next();
  }

  private TableSpec table(List<FieldSpec> fields, PartitionSpec... partition) {
    return new TableSpec(
        "contract", Layer.SILVER, "contract_" + unique, fields, List.of(partition));
  }

  private ActualTable existing(TableSpec table) {
    return platform().tables().describe(table.fullName()).orElseThrow();
  }

  private static FieldSpec field(String name, String type) {
    return FieldSpec.optional(name, TypeParser.parse(type), "");
  }

  @Test
  void topicIsMadeOnce() {
    TopicSpec topic = topic(3);
    platform().topics().create(topic);
    platform().topics().create(new TopicSpec(topic.name(), 7, Duration.ofHours(1)));

    assertThat(existing(topic.name())).isEqualTo(topic);
  }

  @Test
  void topicsThatDoNotExistAreNotDescribed() {
    TopicSpec topic = topic(1);
    platform().topics().create(topic);

    assertThat(platform().topics().describe(List.of("missing-" + unique, topic.name())))
        .containsExactly(Map.entry(topic.name(), topic));
    assertThat(platform().topics().describe(List.of())).isEmpty();
  }

  @Test
  void topicGrows() {
    TopicSpec topic = topic(2);
    platform().topics().create(topic);

    platform().topics().grow(topic.name(), 4);
    platform().topics().grow(topic.name(), 4);

    assertThat(existing(topic.name()).partitions()).isEqualTo(4);
    assertThat(platform().topics().ends(topic.name()))
        .isEqualTo(Map.of(0, 0L, 1, 0L, 2, 0L, 3, 0L));
  }

  @Test
  void topicKeepsItsRecordsAsLongAsItIsTold() {
    TopicSpec topic = topic(1);
    platform().topics().create(topic);

    platform().topics().keepFor(topic.name(), Duration.ofDays(7));
    platform().topics().keepFor(topic.name(), Duration.ofDays(7));

    assertThat(existing(topic.name()))
        .isEqualTo(new TopicSpec(topic.name(), 1, Duration.ofDays(7)));
  }

  @Test
  void anEmptyTopicBeginsWhereItEnds() {
    TopicSpec topic = topic(3);
    platform().topics().create(topic);

    Map<Integer, Long> zeros = Map.of(0, 0L, 1, 0L, 2, 0L);
    assertThat(platform().topics().beginnings(topic.name())).isEqualTo(zeros);
    assertThat(platform().topics().ends(topic.name())).isEqualTo(zeros);
  }

  @Test
  void whatNeedsATopicFailsWithoutIt() {
    Topics topics = platform().topics();
    String missing = "missing-" + unique;

    assertThatThrownBy(() -> topics.grow(missing, 2)).isInstanceOf(MoulinException.class);
    assertThatThrownBy(() -> topics.keepFor(missing, THREE_DAYS))
        .isInstanceOf(MoulinException.class);
    assertThatThrownBy(() -> topics.ends(missing)).isInstanceOf(MoulinException.class);
    assertThatThrownBy(() -> topics.beginnings(missing)).isInstanceOf(MoulinException.class);
    assertThat(topics.describe(List.of(missing))).isEmpty();
  }

  @Test
  void clientsCanReachTheBroker() {
    assertThat(platform().topics().clientProperties()).containsKey("bootstrap.servers");
  }

  @Test
  void aTableThatDoesNotExistIsNotDescribed() {
    assertThat(platform().tables().describe("silver.missing_" + unique)).isEmpty();
    assertThat(platform().tables().describe("nowhere_" + unique + ".missing")).isEmpty();
  }

  @Test
  void aTableComesBackAsItWasMade() {
    List<FieldSpec> fields = new ArrayList<>();
    for (String type : TYPES) {
      fields.add(
          FieldSpec.optional("Column" + fields.size(), TypeParser.parse(type), "one of " + type));
    }
    fields.add(FieldSpec.required("_offset", TypeParser.parse("long"), ""));
    TableSpec table = table(fields);

    platform().tables().create(table);

    ActualTable actual = existing(table);
    assertThat(actual.fullName()).isEqualTo(table.fullName());
    assertThat(actual.fields()).isEqualTo(fields);
    assertThat(actual.partition()).isEmpty();
    assertThat(actual.rows()).isZero();
    assertThat(actual.properties())
        .containsEntry("moulin.dataset", "contract")
        .containsEntry("write.parquet.compression-codec", "zstd");
    Table iceberg =
        platform().tables().catalog().loadTable(IcebergSchemas.identifier(table.fullName()));
    assertThat(TableUtil.formatVersion(iceberg)).isEqualTo(2);
  }

  @Test
  void aTableIsMadeOnce() {
    TableSpec table = table(List.of(field("a", "int")));
    platform().tables().create(table);
    platform().tables().create(table(List.of(field("b", "string"))));

    assertThat(existing(table).fields()).isEqualTo(table.fields());
  }

  @ParameterizedTest
  @EnumSource(Transform.class)
  void aTableIsPartitioned(Transform transform) {
    PartitionSpec partition = new PartitionSpec("At", transform);
    TableSpec table =
        table(
            List.of(field("id", "int"), field("At", "timestamp"), field("d", "date")),
            partition,
            new PartitionSpec("d", Transform.IDENTITY));

    platform().tables().create(table);

    assertThat(existing(table).partition()).isEqualTo(table.partition());
  }

  @Test
  void aColumnIsAddedOnce() {
    TableSpec table = table(List.of(field("a", "int")));
    platform().tables().create(table);
    List<FieldSpec> fields = new ArrayList<>(table.fields());

    for (String type : TYPES) {
      FieldSpec added =
          FieldSpec.optional("New" + fields.size(), TypeParser.parse(type), "a new " + type);
      platform().tables().addColumn(table.fullName(), added);
      platform().tables().addColumn(table.fullName(), added);
      fields.add(added);
    }

    assertThat(existing(table).fields()).isEqualTo(fields);
  }

  @Test
  void aColumnIsWidened() {
    TableSpec table =
        table(List.of(field("i", "int"), field("f", "float"), field("d", "decimal(10,2)")));
    Tables tables = platform().tables();
    tables.create(table);

    for (int twice = 0; twice < 2; twice++) {
      tables.widenColumn(table.fullName(), "i", TypeParser.parse("long"));
      tables.widenColumn(table.fullName(), "f", TypeParser.parse("double"));
      tables.widenColumn(table.fullName(), "d", TypeParser.parse("decimal(20,2)"));
    }

    assertThat(existing(table).fields())
        .containsExactly(field("i", "long"), field("f", "double"), field("d", "decimal(20,2)"));
  }

  @Test
  void aColumnIsNotNarrowed() {
    TableSpec table = table(List.of(field("l", "long")));
    platform().tables().create(table);

    assertThatThrownBy(
            () -> platform().tables().widenColumn(table.fullName(), "l", TypeParser.parse("int")))
        .isInstanceOf(RuntimeException.class);
    assertThat(existing(table).fields()).isEqualTo(table.fields());
  }

  @Test
  void aColumnIsDocumented() {
    TableSpec table = table(List.of(field("a", "int")));
    Tables tables = platform().tables();
    tables.create(table);

    tables.documentColumn(table.fullName(), "a", "what it's for");
    assertThat(existing(table).fields().get(0).doc()).isEqualTo("what it's for");

    tables.documentColumn(table.fullName(), "a", "");
    assertThat(existing(table).fields()).isEqualTo(table.fields());
  }

  @Test
  void whatNeedsATableFailsWithoutIt() {
    Tables tables = platform().tables();
    String missing = "silver.missing_" + unique;

    assertThatThrownBy(() -> tables.addColumn(missing, field("a", "int")))
        .isInstanceOf(MoulinException.class);
    assertThatThrownBy(() -> tables.widenColumn(missing, "a", TypeParser.parse("long")))
        .isInstanceOf(MoulinException.class);
    assertThatThrownBy(() -> tables.documentColumn(missing, "a", "doc"))
        .isInstanceOf(MoulinException.class);
  }
}
