package io.moulin.decode;

import static org.assertj.core.api.Assertions.assertThat;

import io.moulin.decode.RegistryClient.Answer;
import io.moulin.decode.Undecodable.Kind;
import io.moulin.spec.project.RegistrySpec.OnError;
import org.junit.jupiter.api.Test;

/** Schemas at a registry that refer to other schemas there. */
class SchemaReferencesTest {
  private static final String MONEY =
      "{\"type\":\"record\",\"name\":\"shop.Money\",\"fields\":[{\"name\":\"cents\",\"type\":\"long\"}]}";
  private static final String LINE =
      "{\"type\":\"record\",\"name\":\"shop.Line\",\"fields\":[{\"name\":\"price\",\"type\":\"shop.Money\"}]}";
  private static final String ORDER =
      "{\"type\":\"record\",\"name\":\"shop.Order\",\"fields\":["
          + "{\"name\":\"lines\",\"type\":{\"type\":\"array\",\"items\":\"shop.Line\"}},"
          + "{\"name\":\"total\",\"type\":\"shop.Money\"}]}";

  private static Answer ask(TestRegistry registry, int id) {
    return new RegistryClient(registry.spec(OnError.DEAD_LETTER)).byId(id);
  }

  @Test
  void theyAreReadInTheOrderInWhichTheyNeedEachOther() throws Exception {
    try (TestRegistry registry = new TestRegistry()) {
      registry.put("shop.Money", 3, 1, MONEY);
      String money = TestRegistry.reference("shop.Money", "shop.Money", 3);
      registry.put("shop line/1", 1, 2, LINE, money);
      registry.put(
          "orders-value",
          1,
          3,
          ORDER,
          TestRegistry.reference("shop.Line", "shop line/1", 1),
          money);
      Answer answer = ask(registry, 3);
      assertThat(answer.message()).isEmpty();
      assertThat(String.valueOf(answer.schema()))
          .contains("\"name\":\"cents\"")
          .contains("\"name\":\"price\"");
      assertThat(registry.asked.get()).as("Money once").isEqualTo(3);
    }
  }

  @Test
  void whatCannotBeFollowedIsSaid() throws Exception {
    try (TestRegistry registry = new TestRegistry()) {
      registry.put(
          "orders-value", 1, 3, LINE, TestRegistry.reference("shop.Money", "shop.Money", 9));
      assertThat(ask(registry, 3).kind()).isEqualTo(Kind.UNKNOWN_SCHEMA);
      assertThat(ask(registry, 3).message()).contains("has no version 9 of shop.Money");
      registry.put("shop.Money", 9, 4, LINE.replace("Line", "Other"));
      assertThat(ask(registry, 3).kind()).isEqualTo(Kind.INCOMPATIBLE_SCHEMA);
      String self = TestRegistry.reference("a", "loop", 1);
      registry.put("loop", 1, 5, MONEY, self);
      assertThat(ask(registry, 5).kind()).isEqualTo(Kind.INCOMPATIBLE_SCHEMA);
      assertThat(ask(registry, 5).message()).contains("version 1 of loop refers to itself");
    }
  }
}
