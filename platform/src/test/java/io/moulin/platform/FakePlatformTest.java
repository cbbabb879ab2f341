package io.moulin.platform;

final class FakePlatformTest extends PlatformContractTest {
  private final FakePlatform platform = new FakePlatform();

  @Override
  protected Platform platform() {
    return platform;
  }
}
