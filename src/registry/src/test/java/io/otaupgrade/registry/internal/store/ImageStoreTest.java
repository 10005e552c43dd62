package io.otaupgrade.registry.internal.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.otaupgrade.zcl.file.OtaFile;
import io.otaupgrade.zcl.file.OtaFileException;
import io.otaupgrade.zcl.file.OtaFileLimits;
import io.otaupgrade.zcl.file.OtaFileWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImageStoreTest {
  private static final long QUOTA = 10_000;

  @TempDir Path folder;
  private ImageStore store;

  @BeforeEach
  void open() throws IOException {
    store = ImageStore.open(folder, QUOTA);
  }

  @AfterEach
  void close() throws IOException {
    store.close();
  }

  private void reopen() throws IOException {
    store.close();
    open();
  }

  private static OtaFile image(long version) {
    byte[] file =
        new OtaFileWriter(0x1234, 0x0101, version).element(0, new byte[1000]).toByteArray();
    try {
      return OtaFile.inspect(ByteBuffer.wrap(file), OtaFileLimits.DEFAULT);
    } catch (OtaFileException e) {
      throw new AssertionError(e);
    }
  }

  private StoredImage put(OtaFile file) throws IOException {
    return store.put(file, Sha256.of(file.image()), "name.zigbee");
  }

  private Path fileOf(OtaFile file) {
    return folder.resolve("images").resolve(Sha256.of(file.image()));
  }

  private List<String> files(String subfolder) throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve(subfolder))) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void anImageLiesUnderItsDigestAndNothingElseIsLeft() throws IOException {
    OtaFile file = image(1);
    StoredImage stored = put(file);
    assertThat(files("images")).containsExactly(stored.sha256());
    assertThat(files("incoming")).isEmpty();
    assertThat(Files.readAllBytes(fileOf(file))).hasSize(stored.size());
    assertThat(stored.octets()).isEqualTo(file.image());
    assertThat(stored.octets().isReadOnly()).isTrue();
    assertThat(stored.block(4, 2)).isEqualTo(file.image().slice(4, 2));
    assertThat(store.used()).isEqualTo(stored.size());
  }

  @Test
  void aReaderThatMovesItsBufferDisturbsNobody() throws IOException {
    StoredImage stored = put(image(1));
    stored.octets().position(10).limit(20);
    assertThat(stored.octets().remaining()).isEqualTo(stored.size());
  }

  @Test
  void whatIsStoredIsLoadedAgainAfterARestart() throws IOException {
    OtaFile file = image(1);
    StoredImage stored = put(file);
    reopen();
    StoredImage loaded = store.load(stored.sha256(), "name.zigbee");
    assertThat(loaded.octets()).isEqualTo(file.image());
    assertThat(loaded.header()).isEqualTo(file.header());
    assertThat(loaded.id()).isEqualTo(stored.id());
    assertThat(store.used()).isEqualTo(stored.size());
  }

  @Test
  void whatIsNotThereIsNotLoaded() {
    assertThatThrownBy(() -> store.load("0".repeat(64), "x"))
        .isInstanceOf(NoSuchFileException.class);
  }

  @Nested
  class BitRot {
    @ParameterizedTest
    @ValueSource(ints = {0, 4, 60, 1000, 1061})
    void ofOneBitIsSeenWhenTheImageIsLoaded(int offset) throws IOException {
      OtaFile file = image(1);
      StoredImage stored = put(file);
      rot(file, offset);
      reopen();
      assertThatThrownBy(() -> store.load(stored.sha256(), "x"))
          .isInstanceOf(CorruptImageException.class)
          .hasMessageContaining(stored.sha256());
    }

    @Test
    void isMendedWhenTheImageIsStoredAgain() throws IOException {
      OtaFile file = image(1);
      put(file);
      rot(file, 100);
      StoredImage mended = put(file);
      assertThat(store.isIntact(mended)).isTrue();
      assertThat(store.used()).isEqualTo(mended.size());
      assertThat(files("incoming")).isEmpty();
    }

    @Test
    void isSeenInAMappingToo() throws IOException {
      OtaFile file = image(1);
      StoredImage stored = put(file);
      assertThat(store.isIntact(stored)).isTrue();
      rot(file, 100);
      assertThat(store.isIntact(stored)).isFalse();
    }

    @Test
    void thatCutsTheFileIsSeen() throws IOException {
      OtaFile file = image(1);
      String sha256 = put(file).sha256();
      byte[] octets = Files.readAllBytes(fileOf(file));
      Files.write(fileOf(file), Arrays.copyOf(octets, octets.length / 2));
      assertThatThrownBy(() -> store.load(sha256, "x")).isInstanceOf(CorruptImageException.class);
    }

    @Test
    void thatTakesTheFileFromUnderAMappingIsSeen() throws IOException {
      OtaFile file = image(1);
      StoredImage stored = put(file);
      Files.write(fileOf(file), new byte[0]);
      assertThat(store.isIntact(stored)).isFalse();
      assertThat(put(file).octets()).isEqualTo(file.image());
    }

    @Test
    void cannotMakeAnImageOfOctetsThatAreNone() throws IOException {
      byte[] none = new byte[100];
      String sha256 = Sha256.of(ByteBuffer.wrap(none));
      Files.write(folder.resolve("images").resolve(sha256), none);
      assertThatThrownBy(() -> store.load(sha256, "x")).isInstanceOf(CorruptImageException.class);
    }

    private void rot(OtaFile file, int offset) throws IOException {
      byte[] octets = Files.readAllBytes(fileOf(file));
      octets[offset] ^= 1;
      Files.write(fileOf(file), octets);
    }
  }

  /** What a process that was killed leaves at each step of a registration. */
  @Nested
  class AfterAKill {
    private final OtaFile file = image(1);
    private final String sha256 = Sha256.of(file.image());

    private byte[] octets() {
      byte[] octets = new byte[file.image().limit()];
      file.image().get(octets);
      return octets;
    }

    private void leave(String name, byte[] octets) throws IOException {
      store.close();
      Files.write(folder.resolve(name), octets);
      open();
    }

    @Test
    void duringAFetchNothingOfItIsLeft() throws IOException {
      leave("incoming/fetch-1", new byte[10]);
      assertThat(files("incoming")).isEmpty();
      assertThat(store.used()).isZero();
    }

    @Test
    void whileTheImageIsWrittenNothingOfItIsLeft() throws IOException {
      leave("incoming/" + sha256, Arrays.copyOf(octets(), 500));
      assertThat(files("incoming")).isEmpty();
      assertThat(files("images")).isEmpty();
    }

    @Test
    void beforeTheRenameNothingOfItIsLeft() throws IOException {
      leave("incoming/" + sha256, octets());
      assertThat(files("incoming")).isEmpty();
      assertThat(files("images")).isEmpty();
    }

    @Test
    void afterTheRenameTheImageIsThereForThoseWhoKnowItAndElseCollected() throws IOException {
      leave("images/" + sha256, octets());
      assertThat(store.load(sha256, "x").octets()).isEqualTo(file.image());
      assertThat(store.used()).isEqualTo(octets().length);
      store.retain(Set.of());
      assertThat(files("images")).isEmpty();
      assertThat(store.used()).isZero();
    }

    @Test
    void ofAFileSystemThatLostTheTailTheImageIsNotBelievedAndWrittenAgain() throws IOException {
      leave("images/" + sha256, Arrays.copyOf(octets(), 500));
      assertThatThrownBy(() -> store.load(sha256, "x")).isInstanceOf(CorruptImageException.class);
      assertThat(put(file).octets()).isEqualTo(file.image());
      assertThat(store.used()).isEqualTo(octets().length);
    }

    @Test
    void filesThatAreNotOursAreLeftAlone() throws IOException {
      leave("images/README", new byte[3]);
      store.retain(Set.of());
      assertThat(files("images")).containsExactly("README");
      assertThat(store.used()).isZero();
    }
  }

  @Nested
  class Collection {
    @Test
    void deletesWhatIsNotRetainedButNotUnderItsReaders() throws IOException {
      StoredImage one = put(image(1));
      StoredImage other = put(image(2));
      store.retain(Set.of(other.sha256()));
      assertThat(files("images")).containsExactly(other.sha256());
      assertThat(store.used()).isEqualTo(other.size());
      assertThat(Sha256.of(one.octets())).isEqualTo(one.sha256());
    }

    @Test
    void ofAnImageDoesNotKeepItFromComingBack() throws IOException {
      StoredImage before = put(image(1));
      store.retain(Set.of());
      StoredImage after = put(image(1));
      assertThat(after.octets()).isEqualTo(before.octets());
      assertThat(files("images")).containsExactly(after.sha256());
    }

    @Test
    void triesAgainLaterWhatCannotBeDeletedNow() throws IOException {
      // as Windows refuses for a mapped file; here a folder with something in it refuses
      String sha256 = "a".repeat(64);
      store.close();
      Path stubborn = Files.createDirectories(folder.resolve("images").resolve(sha256));
      Path inside = Files.createFile(stubborn.resolve("inside"));
      open();
      long used = store.used();
      store.retain(Set.of());
      assertThat(files("images")).containsExactly(sha256);
      assertThat(store.used()).isEqualTo(used);
      Files.delete(inside);
      store.retain(Set.of());
      assertThat(files("images")).isEmpty();
      assertThat(store.used()).isZero();
    }

    @Test
    void triesAgainLaterWithTemporaryFilesToo() throws IOException {
      store.close();
      Path stubborn = Files.createDirectories(folder.resolve("incoming").resolve("fetch-x"));
      Path inside = Files.createFile(stubborn.resolve("inside"));
      open();
      assertThat(files("incoming")).hasSize(1);
      Files.delete(inside);
      store.retain(Set.of());
      assertThat(files("incoming")).isEmpty();
    }
  }

  @Nested
  class Quota {
    @Test
    void countsImagesAndFetchesTogether() throws IOException {
      StoredImage stored = put(image(1));
      try (IncomingFile incoming = store.receive(QUOTA)) {
        int left = (int) (QUOTA - stored.size());
        assertThat(incoming.write(ByteBuffer.allocate(left))).isEqualTo(left);
        assertThatThrownBy(() -> incoming.write(ByteBuffer.allocate(1)))
            .isInstanceOf(StoreFullException.class)
            .hasMessage("storeQuota is 10000 octets, 10000 are used, 1 more do not fit");
        assertThat(incoming.failure()).containsInstanceOf(StoreFullException.class);
        assertThatThrownBy(() -> put(image(2))).isInstanceOf(StoreFullException.class);
      }
      assertThat(store.used()).isEqualTo(stored.size());
      assertThat(files("incoming")).isEmpty();
      assertThat(put(image(2)).size()).isPositive();
    }

    @Test
    void thatIsLoweredBelowWhatIsThereKeepsItButTakesNothingNew() throws IOException {
      StoredImage stored = put(image(1));
      store.quota(100);
      assertThat(store.isIntact(stored)).isTrue();
      assertThatThrownBy(() -> put(image(2))).isInstanceOf(StoreFullException.class);
      assertThat(put(image(1)).sha256()).isEqualTo(stored.sha256());
    }
  }

  @Nested
  class AnIncomingFile {
    @Test
    void takesSoManyOctetsAndNoMore() throws IOException {
      try (IncomingFile incoming = store.receive(10)) {
        incoming.write(ByteBuffer.allocate(10));
        assertThatThrownBy(() -> incoming.write(ByteBuffer.allocate(1)))
            .isInstanceOf(TooLargeException.class)
            .hasMessageContaining("10 octets of maximumImageSize");
        assertThat(incoming.map().limit()).isEqualTo(10);
      }
    }

    @Test
    void thatWasGivenUpTakesNothingFromAFetchThatGoesOn() throws IOException {
      IncomingFile incoming = store.receive(10);
      incoming.write(ByteBuffer.allocate(5));
      incoming.close();
      incoming.close();
      assertThat(incoming.isOpen()).isFalse();
      assertThatThrownBy(() -> incoming.write(ByteBuffer.allocate(1)))
          .isInstanceOf(ClosedChannelException.class);
      assertThat(store.used()).isZero();
      assertThat(files("incoming")).isEmpty();
    }
  }

  @Test
  void aFolderServesOneStoreAtATime() throws IOException {
    assertThatThrownBy(() -> ImageStore.open(folder, QUOTA))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("in use");
    store.close();
    ImageStore.open(folder, QUOTA).close();
    open();
  }
}
