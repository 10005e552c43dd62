package io.otaupgrade.transport.internal.znp;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.IntConsumer;

/** The items that the co-processor keeps while it is switched off. Belongs to the loop. */
final class NvMemory {

  /** What Z-Stack calls them in ZComDef.h. */
  enum Item {
    /** What to forget at the next start. */
    STARTUP_OPTION(0x0003),
    /** Network information base. */
    NIB(0x0021),
    EXTENDED_PAN_ID(0x002D),
    APS_USE_EXT_PANID(0x0047),
    BDB_NODE_IS_ON_A_NETWORK(0x0055),
    /**
     * 0x55 says that a host has made the network: kept by zigbee-herdsman, zigpy-znp and others,
     * and by nobody else, so that a network without it is one all the same.
     */
    HAS_CONFIGURED(0x0060),
    PRECFGKEY(0x0062),
    PRECFGKEYS_ENABLE(0x0063),
    PANID(0x0083),
    CHANLIST(0x0084),
    LOGICAL_TYPE(0x0087),
    /** Whether ZDO responses are told to the host unasked. */
    ZDO_DIRECT_CB(0x008F);

    private final int id;

    Item(int id) {
      this.id = id;
    }
  }

  /** Flash may have to be tidied up for a write. */
  private static final Duration WRITING = Duration.ofSeconds(8);

  private static final int SUCCESS = 0x00;

  /** Said of an item that was not there before. */
  private static final int CREATED = 0x09;

  private final MtLink link;

  NvMemory(MtLink link) {
    this.link = link;
  }

  /**
   * Reads an item, of whatever length.
   *
   * @param then gets the item, little-endian; empty when there is none
   */
  void read(Item item, Consumer<Optional<ByteBuffer>> then) {
    length(
        item,
        length -> {
          if (length == 0) {
            then.accept(Optional.empty());
          } else {
            readOn(item, ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN), then);
          }
        });
  }

  private void readOn(Item item, ByteBuffer read, Consumer<Optional<ByteBuffer>> then) {
    link.call(
        MtCommand.SYS_OSAL_NV_READ_EXT,
        out -> out.putShort((short) item.id).putShort((short) read.position()),
        answer -> {
          int status = answer.get() & 0xFF;
          int length = answer.get() & 0xFF;
          if (status != SUCCESS || length == 0 || length > answer.remaining()) {
            link.fail(failed("reading", item, status));
            return;
          }
          answer.limit(answer.position() + Math.min(length, read.remaining()));
          read.put(answer);
          if (read.hasRemaining()) {
            readOn(item, read, then);
          } else {
            then.accept(Optional.of(read.flip()));
          }
        });
  }

  /** Makes the item be these octets, and leaves the flash alone if it is so already. */
  void write(Item item, byte[] octets, Runnable then) {
    read(
        item,
        present -> {
          if (present.isPresent() && present.get().equals(ByteBuffer.wrap(octets))) {
            then.run();
          } else if (present.isPresent() && present.get().remaining() != octets.length) {
            delete(item, () -> create(item, octets, then));
          } else if (present.isPresent()) {
            overwrite(item, octets, then);
          } else {
            create(item, octets, then);
          }
        });
  }

  private void create(Item item, byte[] octets, Runnable then) {
    link.call(
        MtCommand.SYS_OSAL_NV_ITEM_INIT,
        WRITING,
        out ->
            out.putShort((short) item.id)
                .putShort((short) octets.length)
                .put((byte) octets.length)
                .put(octets),
        answer -> succeeded("creating", item, answer.get() & 0xFF, then));
  }

  private void overwrite(Item item, byte[] octets, Runnable then) {
    link.call(
        MtCommand.SYS_OSAL_NV_WRITE_EXT,
        WRITING,
        out ->
            out.putShort((short) item.id)
                .putShort((short) 0)
                .putShort((short) octets.length)
                .put(octets),
        answer -> succeeded("writing", item, answer.get() & 0xFF, then));
  }

  /** Makes the item not be there. */
  void delete(Item item, Runnable then) {
    length(
        item,
        length -> {
          if (length == 0) {
            then.run();
          } else {
            link.call(
                MtCommand.SYS_OSAL_NV_DELETE,
                WRITING,
                out -> out.putShort((short) item.id).putShort((short) length),
                answer -> succeeded("deleting", item, answer.get() & 0xFF, then));
          }
        });
  }

  private void length(Item item, IntConsumer then) {
    link.call(
        MtCommand.SYS_OSAL_NV_LENGTH,
        out -> out.putShort((short) item.id),
        answer -> then.accept(answer.getShort() & 0xFFFF));
  }

  private void succeeded(String doing, Item item, int status, Runnable then) {
    if (status == SUCCESS || status == CREATED) {
      then.run();
    } else {
      link.fail(failed(doing, item, status));
    }
  }

  private static String failed(String doing, Item item, int status) {
    return "%s %s (0x%04x) in the co-processor's memory failed: status 0x%02x"
        .formatted(doing, item, item.id, status);
  }
}
