package io.otaupgrade.registry.internal.store;

import io.otaupgrade.api.image.FirmwareImage;
import io.otaupgrade.zcl.file.OtaFile;
import io.otaupgrade.zcl.file.OtaFileException;
import io.otaupgrade.zcl.file.OtaFileLimits;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A folder of images, each in a file named by the SHA-256 of its octets, so that equal images are
 * one file.
 *
 * <pre>
 * lock            held while a process uses the folder
 * images/&lt;sha256&gt;  one image: exactly the octets that devices get
 * incoming/       what is being fetched or written; emptied at each start
 * </pre>
 *
 * <p>A file gets its name in {@code images} only when all its octets are on the disk, and is never
 * written to again. So the process may be killed at any moment: what has a name is whole, and all
 * else is cleared away at the next start. Whether a disk gave back what it was given is checked
 * when an image is {@linkplain #load loaded}.
 *
 * <p>{@link #receive} may be called from any thread; everything else from one thread at a time.
 */
public final class ImageStore implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(ImageStore.class);

  private final Path images;
  private final Path incoming;
  private final FileChannel lock;
  private final AtomicLong used = new AtomicLong();
  private final Map<String, Long> sizes = new ConcurrentHashMap<>();
  private final Set<Path> undeleted = ConcurrentHashMap.newKeySet();
  private volatile long quota;

  private ImageStore(Path folder, FileChannel lock, long quota) throws IOException {
    this.lock = lock;
    this.quota = quota;
    images = Files.createDirectories(folder.resolve("images"));
    incoming = Files.createDirectories(folder.resolve("incoming"));
    for (Path leftover : list(incoming)) {
      discard(leftover);
    }
    for (Path file : list(images)) {
      String name = file.getFileName().toString();
      if (Sha256.isDigest(name)) {
        long size = Files.size(file);
        sizes.put(name, size);
        used.addAndGet(size);
      } else {
        LOG.warn("{} is no image of this store, it stays untouched", file);
      }
    }
  }

  /**
   * Opens the store in a folder, which is made when it is not there, and clears away what a former
   * process left unfinished.
   *
   * @param quota octets that images and fetches may take together
   * @throws IOException also when another process uses the folder
   */
  public static ImageStore open(Path folder, long quota) throws IOException {
    Files.createDirectories(folder);
    FileChannel channel =
        FileChannel.open(
            folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      FileLock lock = channel.tryLock();
      if (lock == null) {
        throw new IOException(folder + " is in use by another process");
      }
      return new ImageStore(folder, channel, quota);
    } catch (OverlappingFileLockException e) {
      channel.close();
      throw new IOException(folder + " is in use already", e);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /** Sets what images and fetches may take together, octets; what is there already stays. */
  public void quota(long octets) {
    quota = octets;
  }

  /** What images and fetches take, octets. */
  public long used() {
    return used.get();
  }

  /** A temporary file that takes at most {@code maximumSize} octets. */
  public IncomingFile receive(long maximumSize) throws IOException {
    return new IncomingFile(this, incoming.resolve("fetch-" + UUID.randomUUID()), maximumSize);
  }

  /**
   * Stores the image of a file and maps it. An image that is there already is not written again,
   * unless its file is corrupt.
   *
   * @param sha256 that of {@code file.image()}
   * @throws StoreFullException when the quota does not hold it
   */
  public StoredImage put(OtaFile file, String sha256, String storedName) throws IOException {
    if (sizes.containsKey(sha256)) {
      try {
        return load(sha256, storedName);
      } catch (IOException e) {
        LOG.warn("stored again: {}", e.getMessage());
      }
    }
    ByteBuffer octets = file.image();
    long size = octets.remaining();
    reserve(size);
    boolean stored = false;
    Path target = images.resolve(sha256);
    Path temporary = incoming.resolve(sha256);
    try {
      DurableFile.write(target, temporary, octets);
      stored = true;
    } finally {
      if (!stored) {
        release(size);
        discard(temporary);
      }
    }
    release(Optional.ofNullable(sizes.put(sha256, size)).orElse(0L));
    return new StoredImage(file.header(), sha256, storedName, map(target));
  }

  /**
   * Maps an image that is stored already, after checking all its octets.
   *
   * @throws CorruptImageException when they are not those that were stored
   * @throws NoSuchFileException when there is no such image
   */
  public StoredImage load(String sha256, String storedName) throws IOException {
    ByteBuffer octets = map(images.resolve(sha256));
    String found = Sha256.of(octets);
    if (!found.equals(sha256)) {
      throw new CorruptImageException("stored image " + sha256 + " now has SHA-256 " + found);
    }
    try {
      OtaFile file = OtaFile.inspect(octets, new OtaFileLimits(Integer.MAX_VALUE));
      if (file.imageOffset() != 0 || file.trailingBytes() != 0) {
        throw new CorruptImageException("stored image " + sha256 + " has octets around the image");
      }
      return new StoredImage(file.header(), sha256, storedName, octets);
    } catch (OtaFileException e) {
      throw new CorruptImageException("stored image " + sha256 + ": " + e.getMessage());
    }
  }

  /** Whether a stored image still has the octets of its digest; reads them all. */
  public boolean isIntact(FirmwareImage image) {
    try {
      // the size first: to read a mapping where its file was cut is an error of the JVM
      return Files.size(images.resolve(image.sha256())) == image.size()
          && Sha256.of(image.octets()).equals(image.sha256());
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Deletes every image but these. Who still reads one goes on doing so. Windows does not delete a
   * file that is read; such a one goes at a later call or start, and takes its part of the quota
   * until then.
   */
  public void retain(Set<String> digests) {
    for (Path leftover : Set.copyOf(undeleted)) {
      if (delete(leftover)) {
        undeleted.remove(leftover);
      }
    }
    for (String sha256 : Set.copyOf(sizes.keySet())) {
      if (!digests.contains(sha256) && delete(images.resolve(sha256))) {
        release(Optional.ofNullable(sizes.remove(sha256)).orElse(0L));
      }
    }
  }

  /** Lets go of the folder; images that were given out stay readable. */
  @Override
  public void close() throws IOException {
    lock.close();
  }

  void reserve(long octets) throws StoreFullException {
    long now = used.addAndGet(octets);
    if (now > quota) {
      used.addAndGet(-octets);
      throw new StoreFullException(now - octets, octets, quota);
    }
  }

  void release(long octets) {
    used.addAndGet(-octets);
  }

  /** Deletes a file of {@code incoming}, later if not now. */
  void discard(Path file) {
    if (!delete(file)) {
      undeleted.add(file);
    }
  }

  private static boolean delete(Path file) {
    try {
      Files.deleteIfExists(file);
      return true;
    } catch (IOException e) {
      LOG.debug("{} is deleted later", file, e);
      return false;
    }
  }

  private static ByteBuffer map(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long size = channel.size();
      if (size > Integer.MAX_VALUE) {
        throw new CorruptImageException(file + " has " + size + " octets, which no image has");
      }
      return channel.map(FileChannel.MapMode.READ_ONLY, 0, size);
    }
  }

  private static Iterable<Path> list(Path folder) throws IOException {
    Set<Path> files = new HashSet<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder)) {
      stream.forEach(files::add);
    }
    return files;
  }
}
