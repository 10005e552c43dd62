package io.otaupgrade.transport.internal;

import static io.otaupgrade.api.radio.NodeEvent.Kind.DESCRIBED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.otaupgrade.api.radio.NetworkParameters;
import io.otaupgrade.api.radio.Node;
import io.otaupgrade.api.radio.NodeEndpoint;
import io.otaupgrade.simulator.internal.time.VirtualTimeLoop;
import io.otaupgrade.zcl.Eui64;
import io.otaupgrade.zcl.zdo.ZdoRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The node table across restarts. */
class NodeFileTest {

  private static final String FILE = "home-dddddddd01020304.nodes";

  @TempDir private Path folder;

  private MeshKit start() {
    MeshKit kit = new MeshKit(Settings.DEFAULT, Optional.of(folder));
    kit.driver.networkUp();
    kit.loop.runDue();
    return kit;
  }

  private void lampJoins(MeshKit kit) {
    FakeNode lamp = new FakeNode(kit, 0x00124b0000000001L, 0x1111);
    FakeNode.join(kit, lamp);
    lamp.announce();
    kit.pass(Duration.ofSeconds(2));
  }

  @Test
  void whatWasKnownIsKnownAfterARestart() {
    MeshKit before = start();
    lampJoins(before);
    before.mesh.stop();
    MeshKit after = start();
    Node lamp = after.mesh.node(0x1111).orElseThrow();
    assertThat(lamp)
        .isEqualTo(
            new Node(
                new Eui64(0x00124b0000000001L),
                0x1111,
                true,
                false,
                Optional.of("Lamp 7"),
                Optional.of("Acme"),
                List.of(
                    new NodeEndpoint(1, 0x0104, List.of(0x0000, 0x0006), List.of(0x0019)),
                    new NodeEndpoint(242, 0xA1E0, List.of(), List.of(0x0021)))));
    assertThat(after.events).isEmpty();
  }

  @Test
  void aNodeThatWasDescribedIsNotAskedAgain() {
    MeshKit before = start();
    lampJoins(before);
    before.mesh.stop();
    MeshKit after = start();
    new FakeNode(after, 0x00124b0000000001L, 0x1111).say(0x0104, 6, FakeNode.zdo(1, ask()));
    after.pass(Duration.ofMinutes(1));
    assertThat(after.driver.sent).isEmpty();
    assertThat(after.received.get(0).eui64()).contains(new Eui64(0x00124b0000000001L));
    assertThat(after.mesh.node(0x1111).orElseThrow().online()).isTrue();
    assertThat(after.kinds()).as("whoever waits for it to be online").containsExactly(DESCRIBED);
  }

  @Test
  void aNodeThatWasNotDescribedIsAskedThoughItSaysNothingUnlessItSleeps() throws IOException {
    Files.writeString(
        folder.resolve(FILE),
        """
        zigbee-nodes 1
        node 00124b0000000001 1111 listens partly
        node 00124b0000000002 2222 sleeps partly
        node 00124b0000000003 3333 unknown partly
        node 00124b0000000004 fffe listens partly
        end 4
        """);
    MeshKit kit = new MeshKit(Settings.DEFAULT, Optional.of(folder));
    FakeNode lamp = new FakeNode(kit, 0x00124b0000000001L, 0x1111);
    FakeNode plug = new FakeNode(kit, 0x00124b0000000003L, 0x3333);
    FakeNode.join(kit, lamp, plug);
    kit.driver.networkUp();
    kit.pass(Duration.ofMinutes(1));
    assertThat(kit.mesh.node(0x1111).orElseThrow().modelIdentifier()).contains("Lamp 7");
    assertThat(kit.mesh.node(0x3333).orElseThrow().modelIdentifier()).contains("Lamp 7");
    assertThat(kit.driver.addresses()).containsOnly(0x1111, 0x3333);
  }

  @Test
  void theServiceIsThereOnlyWhenTheNodesAre() {
    MeshKit before = start();
    lampJoins(before);
    before.mesh.stop();
    MeshKit after = new MeshKit(Settings.DEFAULT, Optional.of(folder));
    after.driver.networkUp();
    assertThat(after.published).isEmpty();
    after.loop.runDue();
    assertThat(after.published).hasSize(1);
    assertThat(after.mesh.nodes()).hasSize(1);
  }

  @Test
  void aNodeThatLeftIsNotKept() {
    MeshKit before = start();
    lampJoins(before);
    before.driver.events().left(new Eui64(0x00124b0000000001L));
    before.mesh.stop();
    assertThat(start().mesh.nodes()).isEmpty();
  }

  @Test
  void itIsWrittenAWhileAfterAChangeAndOnlyThen() throws IOException {
    MeshKit kit = start();
    lampJoins(kit);
    assertThat(folder.resolve(FILE)).doesNotExist();
    kit.pass(Duration.ofSeconds(5));
    assertThat(folder.resolve(FILE)).exists();
    assertThat(folder.resolve(FILE + ".new")).doesNotExist();
    Files.delete(folder.resolve(FILE));
    kit.pass(Duration.ofMinutes(5));
    assertThat(folder.resolve(FILE)).doesNotExist();
  }

  @Test
  void whatIsLearntWhileTheFileIsStillReadIsWrittenToo() {
    VirtualTimeLoop loop = VirtualTimeLoop.manual();
    Queue<Runnable> disk = new ArrayDeque<>();
    FakeDriver driver = new FakeDriver();
    Mesh mesh =
        new Mesh(
            "home",
            driver,
            new DelegatingLoop(loop), // its time passes though the disk is slow
            Settings.DEFAULT,
            disk::add,
            transport -> () -> {},
            Optional.of(folder),
            new RadioBoard(Runnable::run),
            event -> {});
    mesh.start();
    driver.networkUp();
    driver.events().joined(new Eui64(0x00124b0000000001L), 0x1111);
    loop.advance(Duration.ofSeconds(6));
    finish(disk);
    loop.advance(Duration.ofSeconds(5));
    finish(disk);
    assertThat(folder.resolve(FILE)).content().contains("node 00124b0000000001 1111");

    driver.events().joined(new Eui64(0x00124b0000000002L), 0x2222);
    loop.advance(Duration.ofSeconds(5));
    finish(disk);
    assertThat(folder.resolve(FILE)).content().contains("node 00124b0000000002 2222");
  }

  private static void finish(Queue<Runnable> disk) {
    for (Runnable next = disk.poll(); next != null; next = disk.poll()) {
      next.run();
    }
  }

  @Test
  void anotherNetworkHasAnotherTable() {
    MeshKit kit = start();
    lampJoins(kit);
    kit.driver.networkDown("a test");
    kit.driver
        .events()
        .networkUp(new NetworkParameters(FakeDriver.COORDINATOR, 0, 11, 0x1234, 0x55L));
    kit.loop.runDue();
    assertThat(kit.mesh.nodes()).isEmpty();
    kit.driver.networkUp();
    kit.loop.runDue();
    assertThat(kit.mesh.nodes()).hasSize(1);
  }

  @Test
  void theSameNetworkKeepsItsTableInMemory() throws IOException {
    MeshKit kit = start();
    lampJoins(kit);
    kit.driver.networkDown("a test");
    Files.deleteIfExists(folder.resolve(FILE));
    kit.driver.networkUp();
    kit.loop.runDue();
    assertThat(kit.mesh.nodes()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "something else",
        "zigbee-nodes 1\n",
        "zigbee-nodes 1\nnode 00124b0000000001 1111 listens described\n",
        "zigbee-nodes 1\nnode 00124b0000000001 1111 listens described\nend 2\n",
        "zigbee-nodes 1\nmodel x\nend 0\n",
        "zigbee-nodes 1\nnode 00124b00000001 1111 listens described\nend 1\n",
        "zigbee-nodes 1\nnode 00124b0000000001 111g listens described\nend 1\n",
        "zigbee-nodes 1\nnode 00124b0000000001 1111 listens described\nendpoint 1\nend 1\n",
        "zigbee-nodes 1\nnode 00124b0000000001 1111 listens described\nendpoint 1 0104 in 6\nend 1\n",
        "zigbee-nodes 1\nsurprise\nend 0\n"
      })
  void aFileThatIsNotWholeIsAsGoodAsNone(String text) throws IOException {
    assertThatThrownBy(() -> NodeFile.parse(text.lines().toList())).isInstanceOf(IOException.class);
    Files.writeString(folder.resolve(FILE), text);
    MeshKit kit = start();
    assertThat(kit.mesh.nodes()).isEmpty();
    assertThat(kit.published).hasSize(1);
    lampJoins(kit);
    kit.mesh.stop();
    assertThat(start().mesh.nodes()).hasSize(1);
  }

  @Test
  void aFolderThatCannotBeWrittenStopsNothing() throws IOException {
    Path file = Files.createFile(folder.resolve("no folder"));
    MeshKit kit = new MeshKit(Settings.DEFAULT, Optional.of(file));
    kit.driver.networkUp();
    kit.loop.runDue();
    lampJoins(kit);
    kit.pass(Duration.ofMinutes(1));
    assertThat(kit.mesh.nodes()).hasSize(1);
  }

  @Test
  void anyNameOfAMeshMakesAFileName() {
    assertThat(new NodeFile(folder, "../é a", 1).path())
        .isEqualTo(folder.resolve("_2e_2e_2f_c3_a9_20a-0000000000000001.nodes"));
  }

  @Test
  void itsTextIsAsTheDocumentationShowsIt() {
    MeshKit kit = start();
    lampJoins(kit);
    new FakeNode(kit, 0x00124b0000000002L, 0x2222).say(0x0104, 6, FakeNode.zdo(1, ask()));
    kit.driver.events().joined(new Eui64(0x00124b0000000003L), 0x3333);
    kit.pass(Duration.ofSeconds(5));
    assertThat(folder.resolve(FILE))
        .hasContent(
            """
            zigbee-nodes 1
            node 00124b0000000001 1111 listens described
            model Lamp 7
            manufacturer Acme
            endpoint 1 0104 in 0000 0006 out 0019
            endpoint 242 a1e0 in out 0021
            node 00124b0000000003 3333 unknown partly
            end 2
            """);
  }

  private static ZdoRequest ask() {
    return new ZdoRequest.ActiveEpReq(0);
  }
}
