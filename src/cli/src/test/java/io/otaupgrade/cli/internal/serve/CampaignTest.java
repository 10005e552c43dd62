package io.otaupgrade.cli.internal.serve;

import static io.otaupgrade.cli.internal.serve.Samples.IMAGE;
import static io.otaupgrade.cli.internal.serve.Samples.OLD;
import static io.otaupgrade.cli.internal.serve.Samples.node;
import static io.otaupgrade.cli.internal.serve.Samples.query;
import static io.otaupgrade.cli.internal.serve.Samples.radio;
import static io.otaupgrade.cli.internal.serve.Samples.upgrade;
import static org.assertj.core.api.Assertions.assertThat;

import io.otaupgrade.api.radio.NodeEvent;
import io.otaupgrade.api.radio.RadioState;
import io.otaupgrade.api.server.DeviceQuery;
import io.otaupgrade.api.server.UpgradeState;
import io.otaupgrade.zcl.ota.OtaCluster;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class CampaignTest {

  private static final Duration GIVE_UP = Duration.ofMinutes(15);
  private static final OptionalLong OFFERED = OptionalLong.of(IMAGE.fileVersion());
  private static final OptionalLong NOTHING = OptionalLong.empty();

  private long now;
  private final Campaign all =
      new Campaign(List.of(IMAGE), OptionalInt.empty(), GIVE_UP, /* now= */ 0);
  private final Campaign two =
      new Campaign(List.of(IMAGE), OptionalInt.of(2), GIVE_UP, /* now= */ 0);

  private Optional<Boolean> ends(Campaign campaign) {
    return campaign.ending(now).map(Campaign.Ending::isSuccess);
  }

  private String why(Campaign campaign) {
    return campaign.ending(now).orElseThrow().why();
  }

  private void pass(Duration time) {
    now += time.toNanos();
  }

  private void asks(Campaign campaign, long device) {
    campaign.upgrade(upgrade(device, UpgradeState.OFFERED, 0), now);
    campaign.query(query(device, OLD, OFFERED), now);
  }

  @Test
  void withoutANumberItEndsWhenAllThatShowedThemselvesRunTheImage() {
    all.served(List.of(node(1, true, OtaCluster.ID), node(2, true, OtaCluster.ID)), now);
    asks(all, 1);
    asks(all, 2);
    all.upgrade(upgrade(1, UpgradeState.UPGRADED, 1000), now);
    pass(Campaign.SETTLED);
    assertThat(ends(all)).isEmpty();

    all.upgrade(upgrade(2, UpgradeState.UPGRADED, 1000), now);
    assertThat(ends(all)).contains(true);
    assertThat(why(all)).isEqualTo("2 devices run the new version");
  }

  @Test
  void whoTurnsUpLaterIsWaitedForToo() {
    all.served(List.of(), now);
    asks(all, 1);
    all.upgrade(upgrade(1, UpgradeState.UPGRADED, 1000), now);
    pass(Campaign.SETTLED.minusSeconds(1));
    assertThat(ends(all)).isEmpty();
    all.node(new NodeEvent(NodeEvent.Kind.JOINED, node(2, true)), now);
    pass(Campaign.SETTLED);
    assertThat(ends(all)).as("it is not described yet").isEmpty();
    asks(all, 2);
    pass(Campaign.SETTLED);
    assertThat(ends(all)).as("it downloads").isEmpty();
    all.upgrade(upgrade(2, UpgradeState.UPGRADED, 1000), now);
    assertThat(ends(all)).contains(true);
  }

  @Test
  void aDeviceThatNeverAsksIsWaitedForNoLongerThanADeviceTakes() {
    all.served(
        List.of(
            node(1, true, OtaCluster.ID),
            node(2, true, OtaCluster.ID),
            node(3, true, 0x0006),
            node(4, false, OtaCluster.ID)),
        now);
    all.query(query(1, IMAGE.fileVersion(), NOTHING), now);
    pass(Campaign.UNHEARD.minusSeconds(1));
    assertThat(ends(all)).as("2 may still ask").isEmpty();
    pass(Duration.ofSeconds(1));
    assertThat(ends(all)).contains(true);
  }

  @Test
  void devicesWithoutAnOtaClientAndSleepersAreNotWaitedFor() {
    all.served(List.of(node(3, true, 0x0006), node(4, false, OtaCluster.ID)), now);
    all.query(query(1, IMAGE.fileVersion(), NOTHING), now);
    pass(Campaign.SETTLED);
    assertThat(ends(all)).contains(true);
  }

  @Test
  void aNodeThatSaysTheSameAgainOrLeavesKeepsNobodyWaiting() {
    all.served(List.of(node(1, true, OtaCluster.ID), node(2, true, OtaCluster.ID)), now);
    all.query(query(1, IMAGE.fileVersion(), NOTHING), now);
    pass(Campaign.SETTLED);
    all.node(new NodeEvent(NodeEvent.Kind.ANNOUNCED, node(1, true, OtaCluster.ID)), now);
    all.node(new NodeEvent(NodeEvent.Kind.LEFT, node(2, true, OtaCluster.ID)), now);
    assertThat(ends(all)).contains(true);
  }

  @Test
  void nobodyWhoAsksIsAFailure() {
    all.served(List.of(), now);
    DeviceQuery other =
        new DeviceQuery(
            "radio", query(1, OLD, NOTHING).device(), 1, 1, 1, 1, OptionalInt.empty(), NOTHING);
    all.query(other, now);
    pass(Campaign.UNHEARD);
    assertThat(ends(all)).contains(false);
    assertThat(why(all)).isEqualTo("no device here asks for the image");
  }

  @Test
  void aDeviceOfTheKindThatGetsNothingDoesNotMatch() {
    all.served(List.of(), now);
    all.query(query(1, IMAGE.fileVersion() + 1, NOTHING), now);
    all.query(query(2, IMAGE.fileVersion(), NOTHING), now);
    pass(Campaign.SETTLED);
    assertThat(ends(all)).contains(true);
    assertThat(all.matching()).extracting(each -> each.slot().device().value()).containsExactly(2L);
  }

  @Test
  void aFailedUpgradeIsAFailureOnceItIsNotTriedAgain() {
    all.served(List.of(), now);
    asks(all, 1);
    all.upgrade(upgrade(1, UpgradeState.ABORTED, 300), now);
    pass(Campaign.AGAIN.minusSeconds(1));
    assertThat(ends(all)).isEmpty();
    asks(all, 1);
    pass(Campaign.AGAIN);
    assertThat(ends(all)).as("it goes on").isEmpty();
    all.upgrade(upgrade(1, UpgradeState.REFUSED, 1000), now);
    pass(Campaign.AGAIN);
    assertThat(ends(all)).contains(false);
    assertThat(why(all)).isEqualTo("1 of 1 devices failed");
  }

  @Test
  void anUpgradeThatWasNotConfirmedIsDoneWhenTheDeviceSaysSoLater() {
    two.served(List.of(), now);
    asks(two, 1);
    two.upgrade(upgrade(1, UpgradeState.APPLIED_UNCONFIRMED, 1000), now);
    two.query(query(2, IMAGE.fileVersion(), NOTHING), now);
    assertThat(ends(two)).isEmpty();
    two.query(query(1, IMAGE.fileVersion(), NOTHING), now);
    assertThat(ends(two)).contains(true);
  }

  @Test
  void anUpgradeWhoseEndNobodySawIsDoneWhenTheDeviceSaysSo() {
    two.served(List.of(), now);
    asks(two, 1);
    two.upgrade(upgrade(1, UpgradeState.DOWNLOADING, 950), now);
    two.query(query(2, IMAGE.fileVersion(), NOTHING), now);
    two.radio(radio(RadioState.RETRYING, "unplugged"), now);
    two.served(List.of(), now);
    assertThat(ends(two)).isEmpty();
    two.query(query(1, IMAGE.fileVersion(), NOTHING), now);
    assertThat(ends(two)).contains(true);
  }

  @Test
  void withANumberItWaitsForSoManyAndEndsAtOnceThen() {
    two.served(List.of(), now);
    asks(two, 1);
    two.upgrade(upgrade(1, UpgradeState.UPGRADED, 1000), now);
    pass(GIVE_UP.minusSeconds(1));
    assertThat(ends(two)).isEmpty();
    asks(two, 2);
    two.upgrade(upgrade(2, UpgradeState.UPGRADED, 1000), now);
    assertThat(ends(two)).contains(true);
  }

  @Test
  void givesUpWhenNothingHappensForTooLong() {
    two.served(List.of(), now);
    asks(two, 1);
    two.upgrade(upgrade(1, UpgradeState.UPGRADED, 1000), now);
    pass(GIVE_UP);
    assertThat(ends(two)).contains(false);
    assertThat(why(two)).isEqualTo("nothing has happened for 900 s, with 1 of 2 devices done");
  }

  @Test
  void aRadioThatCannotWorkEndsItAndOneThatIsTriedAgainDoesNot() {
    two.radio(radio(RadioState.RETRYING, "unplugged"), now);
    assertThat(ends(two)).isEmpty();
    two.radio(radio(RadioState.MISCONFIGURED, "no network; --form forms one"), now);
    assertThat(ends(two)).contains(false);
    assertThat(why(two)).isEqualTo("no network; --form forms one");
    two.radioRemoved("radio");
    assertThat(ends(two)).isEmpty();
  }
}
