package io.otaupgrade.transport.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.otaupgrade.api.radio.ApsFrame;
import io.otaupgrade.api.radio.Node;
import io.otaupgrade.api.radio.NodeEndpoint;
import io.otaupgrade.api.radio.NodeEvent.Kind;
import io.otaupgrade.api.radio.Priority;
import io.otaupgrade.api.radio.spi.Confirmation;
import io.otaupgrade.api.radio.spi.RadioLimits;
import io.otaupgrade.zcl.BasicCluster;
import io.otaupgrade.zcl.Eui64;
import io.otaupgrade.zcl.zdo.MacCapability;
import io.otaupgrade.zcl.zdo.SimpleDescriptor;
import io.otaupgrade.zcl.zdo.ZdoCluster;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What the mesh knows of its nodes, and how it comes to know it. */
class NodesTest {

  private static final long LAMP = 0x00124b0000000001L;
  private static final long PLUG = 0x00124b0000000002L;
  private static final int ON_OFF = 0x0006;

  private final MeshKit kit = MeshKit.up();
  private final FakeNode lamp = new FakeNode(kit, LAMP, 0x1111);
  private final FakeNode plug = new FakeNode(kit, PLUG, 0x2222);

  @AfterEach
  void theDriverWasNeverAskedTooMuch() {
    assertThat(kit.driver.broken).isEmpty();
  }

  private Node node(FakeNode fake) {
    return kit.mesh.node(fake.eui64).orElseThrow();
  }

  private static ByteBuffer octets(int... octets) {
    ByteBuffer buffer = ByteBuffer.allocate(octets.length);
    for (int octet : octets) {
      buffer.put((byte) octet);
    }
    return buffer.flip();
  }

  @Nested
  class Addresses {

    @Test
    void anAnnouncedNodeIsThere() {
      lamp.announce();
      assertThat(kit.kinds()).containsExactly(Kind.ANNOUNCED);
      assertThat(node(lamp).networkAddress()).isEqualTo(0x1111);
      assertThat(node(lamp).online()).isTrue();
      assertThat(node(lamp).receiverOnWhenIdle()).isTrue();
      assertThat(kit.mesh.node(0x1111)).contains(node(lamp));
      assertThat(kit.mesh.nodes()).containsExactly(node(lamp));
    }

    @Test
    void theAnnounceTellsWhoSleeps() {
      lamp.capability = MacCapability.SLEEPY_END_DEVICE;
      lamp.announce();
      assertThat(node(lamp).receiverOnWhenIdle()).isFalse();
    }

    @Test
    void aNodeThatJoinedIsThere() {
      kit.driver.events().joined(lamp.eui64, 0x1111);
      assertThat(kit.kinds()).containsExactly(Kind.JOINED);
      assertThat(kit.mesh.node(0x1111)).isPresent();
    }

    @Test
    void aNodeThatLeftIsKnownButHasNoAddress() {
      lamp.announce();
      kit.driver.events().left(lamp.eui64);
      assertThat(kit.kinds()).containsExactly(Kind.ANNOUNCED, Kind.LEFT);
      assertThat(node(lamp).online()).isFalse();
      assertThat(node(lamp).networkAddress()).isEqualTo(0xFFFE);
      assertThat(kit.mesh.node(0x1111)).isEmpty();
    }

    @Test
    void whoIsNotKnownLeavesWithoutAWord() {
      kit.driver.events().left(new Eui64(5));
      assertThat(kit.events).isEmpty();
    }

    @Test
    void aNodeMayComeBackUnderAnotherAddress() {
      lamp.announce();
      lamp.address = 0x3333;
      lamp.announce();
      assertThat(kit.kinds()).containsExactly(Kind.ANNOUNCED, Kind.ADDRESS_CHANGED, Kind.ANNOUNCED);
      assertThat(kit.mesh.node(0x1111)).isEmpty();
      assertThat(kit.mesh.node(0x3333)).contains(node(lamp));
    }

    @Test
    void anAddressBelongsToWhoClaimedItLast() {
      lamp.announce();
      plug.address = 0x1111;
      plug.announce();
      assertThat(kit.mesh.node(0x1111)).contains(node(plug));
      assertThat(node(lamp).networkAddress()).isEqualTo(0xFFFE);
      assertThat(node(lamp).online()).isFalse();
      assertThat(kit.events)
          .anyMatch(
              event ->
                  event.kind() == Kind.ADDRESS_CHANGED && event.node().eui64().equals(lamp.eui64));
    }

    @Test
    void whoLostItsAddressIsSearchedAndFound() {
      FakeNode.join(kit, lamp, plug);
      lamp.announce();
      lamp.address = 0x4444;
      plug.address = 0x1111;
      plug.announce();
      kit.pass(Duration.ofSeconds(1));
      assertThat(node(lamp).networkAddress()).isEqualTo(0x4444);
      assertThat(kit.mesh.node(0x4444)).contains(node(lamp));
    }

    @Test
    void twoNodesThatClaimOneAddressCauseNoStormOfSearches() {
      for (int i = 0; i < 100; i++) {
        says(lamp.eui64, 0x1111);
        says(plug.eui64, 0x1111);
      }
      long searches =
          kit.driver.frames().stream()
              .filter(frame -> frame.cluster() == ZdoCluster.NWK_ADDR_REQ.id())
              .count();
      assertThat(searches).isEqualTo(1);
    }

    @Test
    void aFrameWithBothAddressesTellsAsMuch() {
      says(lamp.eui64, 0x1111);
      assertThat(kit.mesh.node(0x1111)).contains(node(lamp));
      says(lamp.eui64, 0x3333);
      assertThat(kit.mesh.node(0x1111)).isEmpty();
      assertThat(kit.kinds()).containsExactly(Kind.ADDRESS_CHANGED);
    }

    @Test
    void thatANodeIsBackIsToldWhenItSpeaks() {
      lamp.announce();
      plug.address = 0x1111;
      plug.announce(); // so that the lamp is nowhere, and taken to be offline
      kit.events.clear();

      says(lamp.eui64, 0x3333);
      says(lamp.eui64, 0x3333);
      assertThat(kit.kinds()).containsExactly(Kind.ADDRESS_CHANGED, Kind.DESCRIBED);
      assertThat(node(lamp).online()).isTrue();
    }

    @Test
    void aNodeThatJoinsAgainIsNotToldOfTwice() {
      lamp.announce();
      kit.driver.events().left(lamp.eui64);
      kit.events.clear();

      kit.driver.events().joined(lamp.eui64, 0x3333);
      assertThat(kit.kinds()).containsExactly(Kind.ADDRESS_CHANGED, Kind.JOINED);
    }

    @Test
    void nonsenseInsteadOfAddressesIsNotLearned() {
      says(new Eui64(0), 0x1111);
      says(new Eui64(-1), 0x1112);
      says(lamp.eui64, 0xFFFD);
      says(FakeDriver.COORDINATOR, 0x1113);
      says(plug.eui64, 0x0000);
      kit.driver.events().joined(new Eui64(0), 0x1111);
      assertThat(kit.mesh.nodes()).isEmpty();
    }

    @Test
    void framesAreDeliveredWithTheEui64OfTheirSender() {
      lamp.announce();
      kit.received.clear();
      lamp.say(0x0104, ON_OFF, octets(1, 2, 3));
      assertThat(kit.received).hasSize(1);
      assertThat(kit.received.get(0).eui64()).contains(lamp.eui64);
      assertThat(kit.received.get(0).lqi()).isEqualTo(200);
    }

    @Test
    void nodesComeInTheOrderOfTheirEui64s() {
      plug.announce();
      lamp.announce();
      assertThat(kit.mesh.nodes()).extracting(Node::eui64).containsExactly(lamp.eui64, plug.eui64);
    }

    private void says(Eui64 eui64, int address) {
      kit.driver
          .events()
          .received(
              ApsFrame.from(address, Optional.of(eui64), 1, 1, 0x0104, ON_OFF, 9, octets(1, 2, 3)));
    }
  }

  @Nested
  class UnknownSenders {

    @Test
    void areDeliveredWithoutEui64AndLookedUp() {
      FakeNode.join(kit, lamp);
      lamp.say(0x0104, ON_OFF, octets(1));
      assertThat(kit.received).hasSize(1);
      assertThat(kit.received.get(0).eui64()).isEmpty();
      kit.pass(Duration.ofMillis(20));
      lamp.say(0x0104, ON_OFF, octets(2));
      assertThat(kit.received.get(kit.received.size() - 1).eui64()).contains(lamp.eui64);
    }

    @Test
    void areLookedUpAgainWhenTheQuestionWasLost() {
      FakeNode.join(kit, lamp);
      AtomicInteger losses = new AtomicInteger(2);
      lamp.hears = frame -> losses.getAndDecrement() <= 0;
      lamp.say(0x0104, ON_OFF, octets(1));
      kit.pass(Duration.ofSeconds(2));
      assertThat(kit.mesh.node(0x1111)).isPresent();
    }

    @Test
    void thatDoNotAnswerAreNotAskedForEveryFrame() {
      FakeNode.join(kit);
      for (int i = 0; i < 1000; i++) {
        lamp.say(0x0104, ON_OFF, octets(1));
        kit.pass(Duration.ofMillis(20));
      }
      assertThat(kit.driver.frames())
          .hasSize(3)
          .allMatch(frame -> frame.cluster() == ZdoCluster.IEEE_ADDR_REQ.id());
      kit.pass(Duration.ofSeconds(40));
      lamp.say(0x0104, ON_OFF, octets(1));
      assertThat(kit.driver.frames()).hasSize(4);
    }

    @Test
    void aFloodOfThemIsBounded() {
      for (int address = 1; address < 5000; address++) {
        lamp.address = address;
        lamp.say(0x0104, ON_OFF, octets(1));
      }
      kit.pass(Duration.ofMinutes(5));
      // One search each for as many as are remembered; all requests were answered by nobody.
      assertThat(kit.driver.frames().size()).isLessThanOrEqualTo(3 * 512);
      assertThat(kit.mesh.nodes()).isEmpty();
    }

    @Test
    void theCoordinatorItselfIsNotLookedUp() {
      lamp.address = 0;
      lamp.say(0x0104, ON_OFF, octets(1));
      assertThat(kit.driver.sent).isEmpty();
      assertThat(kit.received).hasSize(1);
    }
  }

  @Nested
  class LookUps {

    private final List<Optional<Eui64>> answers = new ArrayList<>();

    @Test
    void answerFromTheTable() {
      lamp.announce();
      kit.mesh.lookUp(0x1111, Duration.ofSeconds(2), answers::add);
      assertThat(answers).as("not before the call returned").isEmpty();
      kit.loop.runDue();
      assertThat(answers).containsExactly(Optional.of(lamp.eui64));
    }

    @Test
    void askTheNode() {
      FakeNode.join(kit, lamp);
      kit.mesh.lookUp(0x1111, Duration.ofSeconds(2), answers::add);
      kit.mesh.lookUp(0x1111, Duration.ofSeconds(2), answers::add);
      kit.pass(Duration.ofSeconds(1));
      assertThat(answers).containsExactly(Optional.of(lamp.eui64), Optional.of(lamp.eui64));
      assertThat(lamp.heard.stream().filter(f -> f.cluster() == ZdoCluster.IEEE_ADDR_REQ.id()))
          .hasSize(1);
    }

    @Test
    void areEmptyAfterTheTimeOut() {
      kit.mesh.lookUp(0x1111, Duration.ofSeconds(2), answers::add);
      kit.pass(Duration.ofMillis(1_999));
      assertThat(answers).isEmpty();
      kit.pass(Duration.ofMillis(1));
      assertThat(answers).containsExactly(Optional.empty());
      kit.pass(Duration.ofMinutes(1));
      assertThat(answers).hasSize(1);
    }

    @Test
    void endWhenTheNodeAnnouncesItselfMeanwhile() {
      kit.mesh.lookUp(0x1111, Duration.ofSeconds(2), answers::add);
      lamp.announce();
      assertThat(answers).containsExactly(Optional.of(lamp.eui64));
    }

    @Test
    void areEmptyWithoutANetworkAndForWhatIsNoNode() {
      kit.mesh.lookUp(0xFFFD, Duration.ofSeconds(2), answers::add);
      kit.mesh.lookUp(0x1111, Duration.ofHours(1), answers::add);
      kit.driver.networkDown("a test");
      kit.mesh.lookUp(0x1111, Duration.ofSeconds(2), answers::add);
      kit.loop.runDue();
      assertThat(answers)
          .containsExactlyInAnyOrder(Optional.empty(), Optional.empty(), Optional.empty());
    }

    @Test
    void knowTheCoordinator() {
      kit.mesh.lookUp(0, Duration.ofSeconds(2), answers::add);
      kit.loop.runDue();
      assertThat(answers).containsExactly(Optional.of(FakeDriver.COORDINATOR));
    }
  }

  @Nested
  class Interviews {

    @Test
    void anAnnouncedNodeIsDescribed() {
      FakeNode.join(kit, lamp);
      lamp.announce();
      kit.pass(Duration.ofSeconds(2));
      assertThat(node(lamp).endpoints())
          .containsExactly(
              new NodeEndpoint(1, 0x0104, List.of(0x0000, 0x0006), List.of(0x0019)),
              new NodeEndpoint(242, 0xA1E0, List.of(), List.of(0x0021)));
      assertThat(node(lamp).modelIdentifier()).contains("Lamp 7");
      assertThat(node(lamp).manufacturerName()).contains("Acme");
      assertThat(kit.kinds()).containsExactly(Kind.ANNOUNCED, Kind.DESCRIBED, Kind.DESCRIBED);
      assertThat(lamp.heard)
          .as("the announce told already whether it sleeps")
          .noneMatch(frame -> frame.cluster() == ZdoCluster.NODE_DESC_REQ.id());
    }

    @Test
    void aNodeThatOnlySpeaksIsDescribedToo() {
      FakeNode.join(kit, lamp);
      lamp.say(0x0104, ON_OFF, octets(1));
      kit.pass(Duration.ofSeconds(1));
      lamp.say(0x0104, ON_OFF, octets(1));
      kit.pass(Duration.ofSeconds(2));
      assertThat(node(lamp).modelIdentifier()).contains("Lamp 7");
      assertThat(node(lamp).receiverOnWhenIdle()).isTrue();
    }

    @Test
    void aNodeThatJoinedButDoesNotAnnounceItselfIsDescribedAfterAWhile() {
      FakeNode.join(kit, lamp);
      kit.driver.events().joined(lamp.eui64, 0x1111);
      kit.pass(Duration.ofSeconds(2));
      assertThat(lamp.heard).isEmpty();
      kit.pass(Duration.ofSeconds(2));
      assertThat(node(lamp).modelIdentifier()).contains("Lamp 7");
    }

    @Test
    void aNodeThatJoinsAgainIsAskedAgain() {
      FakeNode.join(kit, lamp);
      lamp.announce();
      kit.pass(Duration.ofSeconds(2));
      lamp.model = "Lamp 8";
      kit.driver.events().joined(lamp.eui64, 0x1111);
      lamp.announce();
      kit.pass(Duration.ofSeconds(2));
      assertThat(node(lamp).modelIdentifier()).contains("Lamp 8");
    }

    @Test
    void aDescribedNodeThatAnnouncesItselfIsLeftAlone() {
      FakeNode.join(kit, lamp);
      lamp.announce();
      kit.pass(Duration.ofSeconds(2));
      int heard = lamp.heard.size();
      lamp.announce();
      kit.pass(Duration.ofMinutes(10));
      assertThat(lamp.heard).hasSize(heard);
    }

    @Test
    void lossDelaysItButNothingIsAskedTwiceThatWasAnswered() {
      FakeNode.join(kit, lamp);
      AtomicInteger count = new AtomicInteger();
      lamp.hears = frame -> count.getAndIncrement() % 3 == 2;
      lamp.announce();
      kit.pass(Duration.ofMinutes(5));
      assertThat(node(lamp).modelIdentifier()).contains("Lamp 7");
      assertThat(lamp.heard).hasSize(4);
    }

    @Test
    void aSleepyNodeIsAskedWhenItSpeaks() {
      FakeNode.join(kit, lamp);
      lamp.capability = MacCapability.SLEEPY_END_DEVICE;
      lamp.hears = frame -> false;
      lamp.announce();
      kit.pass(Duration.ofMinutes(30));
      int asked = kit.driver.frames().size();
      assertThat(asked).as("not asked for ever while it sleeps").isEqualTo(3);
      lamp.hears = frame -> true;
      lamp.say(0x0104, ON_OFF, octets(1));
      kit.pass(Duration.ofSeconds(2));
      assertThat(node(lamp).modelIdentifier()).contains("Lamp 7");
    }

    @Test
    void aNodeThatListensIsAskedAgainOfOurOwnAccord() {
      FakeNode.join(kit, lamp);
      lamp.hears = frame -> false;
      lamp.announce();
      kit.pass(Duration.ofMinutes(3));
      lamp.hears = frame -> true;
      kit.pass(Duration.ofMinutes(10));
      assertThat(node(lamp).modelIdentifier()).contains("Lamp 7");
    }

    @Test
    void aNodeThatNeverAnswersIsAskedLessAndLessOften() {
      FakeNode.join(kit, lamp);
      lamp.hears = frame -> false;
      lamp.announce();
      kit.pass(Duration.ofDays(2));
      assertThat(kit.driver.frames()).hasSize(33);
    }

    @Test
    void oneThatDownloadsButNeverAnswersIsAskedSeldom() {
      FakeNode.join(kit, lamp);
      lamp.announce();
      lamp.hears = frame -> false;
      for (int i = 0; i < 36_000; i++) {
        lamp.say(0x0104, 0x0019, octets(1));
        kit.pass(Duration.ofMillis(100));
      }
      assertThat(kit.driver.frames().size()).as("questions in an hour").isLessThan(60);
    }

    @Test
    void onlyAFewNodesAreAskedAtOnce() {
      kit.driver.limits = new RadioLimits(100, 1);
      kit.driver.networkDown("a test");
      kit.driver.networkUp();
      for (int i = 0; i < 50; i++) {
        new FakeNode(kit, LAMP + i, 0x1000 + i).announce();
      }
      assertThat(kit.driver.addresses()).containsExactly(0x1000, 0x1001, 0x1002);
    }

    @Test
    void allAreAskedInTheEnd() {
      FakeNode[] nodes = new FakeNode[100];
      for (int i = 0; i < nodes.length; i++) {
        nodes[i] = new FakeNode(kit, LAMP + i, 0x1000 + i);
      }
      FakeNode.join(kit, nodes);
      for (FakeNode node : nodes) {
        node.announce();
      }
      kit.pass(Duration.ofMinutes(1));
      assertThat(kit.mesh.nodes())
          .hasSize(100)
          .allMatch(node -> node.modelIdentifier().equals(Optional.of("Lamp 7")));
    }

    @Test
    void aNodeWithoutBasicClusterHasNoName() {
      FakeNode.join(kit, lamp);
      lamp.endpoints = List.of(new SimpleDescriptor(3, 0x0104, 0, 0, List.of(), List.of(0x0019)));
      lamp.announce();
      kit.pass(Duration.ofSeconds(2));
      assertThat(node(lamp).endpoints()).hasSize(1);
      assertThat(node(lamp).modelIdentifier()).isEmpty();
      assertThat(kit.kinds()).containsExactly(Kind.ANNOUNCED, Kind.DESCRIBED);
    }

    @Test
    void aNodeThatKnowsNoReadAttributesHasNoName() {
      FakeNode.join(kit, lamp);
      lamp.hears = frame -> frame.cluster() != BasicCluster.ID || frame.profile() == 0;
      lamp.announce();
      kit.pass(Duration.ofMillis(100));
      int sequenceNumber = lastFrame().payload().get(1);
      lamp.say(0x0104, BasicCluster.ID, octets(0x18, sequenceNumber, 0x0B, 0x00, 0x82));
      kit.pass(Duration.ofMinutes(20));
      assertThat(node(lamp).modelIdentifier()).isEmpty();
      assertThat(kit.kinds()).endsWith(Kind.DESCRIBED, Kind.DESCRIBED);
    }

    @Test
    void anAnswerToAnotherReadIsNotTakenForOurs() {
      FakeNode.join(kit, lamp);
      lamp.hears = frame -> frame.cluster() != BasicCluster.ID || frame.profile() == 0;
      lamp.announce();
      kit.pass(Duration.ofMillis(100));
      int other = lastFrame().payload().get(1) + 1;
      lamp.say(
          0x0104, BasicCluster.ID, octets(0x18, other, 0x01, 0x05, 0x00, 0x00, 0x42, 0x01, 'X'));
      lamp.say(0x0104, BasicCluster.ID, octets(0x18));
      lamp.say(0x0104, BasicCluster.ID, octets());
      assertThat(node(lamp).modelIdentifier()).isEmpty();
    }

    @Test
    void namesAreFitToBeShown() {
      FakeNode.join(kit, lamp);
      lamp.model = "TS0001\0\0junk";
      lamp.manufacturer = " A\r\nB\u001b[31m\u202eC ";
      lamp.announce();
      kit.pass(Duration.ofSeconds(2));
      assertThat(node(lamp).modelIdentifier()).contains("TS0001");
      assertThat(node(lamp).manufacturerName()).contains("AB[31mC");
    }

    @Test
    void anEndpointThatHasNoDescriptorIsLeftOut() {
      FakeNode.join(kit, lamp);
      lamp.announce();
      kit.pass(Duration.ofMillis(1));
      lamp.say(
          0,
          ZdoCluster.ACTIVE_EP_RSP.id(),
          octets(lastFrame().payload().get(0), 0, 0x11, 0x11, 4, 0, 7, 1, 255));
      kit.pass(Duration.ofSeconds(5));
      assertThat(node(lamp).endpoints()).extracting(NodeEndpoint::endpoint).containsExactly(1);
    }

    @Test
    void itStopsWhenTheNodeLeaves() {
      lamp.announce();
      assertThat(kit.driver.frames()).hasSize(1);
      kit.driver.events().left(lamp.eui64);
      kit.pass(Duration.ofHours(1));
      assertThat(kit.driver.frames()).hasSize(1);
      plug.announce();
      assertThat(kit.driver.frames()).as("its place is free").hasSize(2);
    }

    @Test
    void itGoesOnAfterTheNetworkWasGone() {
      FakeNode.join(kit, lamp);
      lamp.hears = frame -> frame.cluster() != BasicCluster.ID || frame.profile() == 0;
      lamp.announce();
      kit.pass(Duration.ofMillis(100));
      kit.driver.networkDown("a test");
      kit.pass(Duration.ofMinutes(10));
      kit.driver.networkUp();
      lamp.hears = frame -> true;
      lamp.heard.clear();
      lamp.say(0x0104, ON_OFF, octets(1));
      kit.pass(Duration.ofSeconds(1));
      assertThat(node(lamp).modelIdentifier()).contains("Lamp 7");
      assertThat(lamp.heard).as("only what was not answered yet").hasSize(1);
    }

    @Test
    void itGoesOnByItselfWhenTheNetworkIsBack() {
      FakeNode.join(kit, lamp, plug);
      plug.capability = MacCapability.SLEEPY_END_DEVICE;
      lamp.hears = frame -> frame.cluster() != BasicCluster.ID || frame.profile() == 0;
      plug.hears = frame -> false;
      lamp.announce();
      plug.announce();
      kit.pass(Duration.ofSeconds(2));
      kit.driver.networkDown("a test");
      kit.pass(Duration.ofMinutes(10));
      lamp.hears = frame -> true;
      plug.hears = frame -> true;
      lamp.heard.clear();
      kit.driver.networkUp();
      kit.pass(Duration.ofSeconds(1));
      assertThat(node(lamp).modelIdentifier()).contains("Lamp 7");
      assertThat(lamp.heard).as("only what was not answered yet").hasSize(1);
      assertThat(plug.heard).as("it sleeps until it speaks").isEmpty();
    }

    @Test
    void interviewsWaitBehindControlFrames() {
      lamp.announce();
      assertThat(kit.driver.sent).hasSize(1);
      MeshKit full = MeshKit.up(1, 1);
      full.send(Priority.CONTROL, 7, 0);
      new FakeNode(full, LAMP, 0x1111).announce();
      full.send(Priority.CONTROL, 7, 1);
      full.driver.confirmNth(0, Confirmation.DELIVERED);
      assertThat(full.driver.addresses()).containsExactly(7, 7);
    }

    private ApsFrame lastFrame() {
      return kit.driver.frames().get(kit.driver.sent.size() - 1);
    }
  }
}
