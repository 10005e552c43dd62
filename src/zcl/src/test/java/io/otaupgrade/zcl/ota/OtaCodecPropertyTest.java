package io.otaupgrade.zcl.ota;

import static org.assertj.core.api.Assertions.assertThat;

import io.otaupgrade.zcl.Eui64;
import io.otaupgrade.zcl.Octets;
import io.otaupgrade.zcl.ZclFormatException;
import io.otaupgrade.zcl.ZclHeader;
import io.otaupgrade.zcl.ZclHeader.Direction;
import io.otaupgrade.zcl.ota.OtaRequest.ImageBlock;
import io.otaupgrade.zcl.ota.OtaRequest.ImagePage;
import io.otaupgrade.zcl.ota.OtaRequest.QueryDeviceSpecificFile;
import io.otaupgrade.zcl.ota.OtaRequest.QueryNextImage;
import io.otaupgrade.zcl.ota.OtaRequest.UpgradeEnd;
import io.otaupgrade.zcl.ota.OtaResponse.ImageBlockResponse;
import io.otaupgrade.zcl.ota.OtaResponse.ImageNotify;
import io.otaupgrade.zcl.ota.OtaResponse.QueryDeviceSpecificFileResponse;
import io.otaupgrade.zcl.ota.OtaResponse.QueryNextImageResponse;
import io.otaupgrade.zcl.ota.OtaResponse.UpgradeEndResponse;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.OptionalInt;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class OtaCodecPropertyTest {

  @Property
  void whatAClientWritesAServerReads(
      @ForAll("requests") OtaRequest request,
      @ForAll @IntRange(max = 0xFF) int sequenceNumber,
      @ForAll boolean disableDefaultResponse)
      throws ZclFormatException {
    ByteBuffer frame = ByteBuffer.allocate(OtaRequestEncoder.MAX_FRAME_OCTETS);
    OtaRequestEncoder.encode(frame, sequenceNumber, disableDefaultResponse, request);
    frame.flip();
    ZclHeader header = ZclHeader.decode(frame);
    assertThat(header)
        .isEqualTo(
            ZclHeader.clusterSpecific(
                Direction.CLIENT_TO_SERVER,
                disableDefaultResponse,
                sequenceNumber,
                request.commandId()));
    assertThat(OtaRequestDecoder.decode(header, frame)).isEqualTo(request);
  }

  @Property
  void whatAServerWritesAClientReads(
      @ForAll("responses") OtaResponse response,
      @ForAll @IntRange(max = 0xFF) int sequenceNumber,
      @ForAll boolean disableDefaultResponse)
      throws ZclFormatException {
    ByteBuffer frame = ByteBuffer.allocate(OtaResponseEncoder.octets(response));
    OtaResponseEncoder.encode(frame, sequenceNumber, disableDefaultResponse, response);
    assertThat(frame.remaining()).isZero();
    frame.flip();
    ZclHeader header = ZclHeader.decode(frame);
    assertThat(header)
        .isEqualTo(
            ZclHeader.clusterSpecific(
                Direction.SERVER_TO_CLIENT,
                disableDefaultResponse,
                sequenceNumber,
                response.commandId()));
    assertThat(OtaResponseDecoder.decode(header, frame)).isEqualTo(response);
  }

  /** The first octets are steered, or nearly all would end at the header. */
  @Property(tries = 5000)
  void randomOctetsAreReadOrRejected(
      @ForAll("frameControls") int frameControl,
      @ForAll @IntRange(max = 0x0A) int commandId,
      @ForAll("firstFields") int firstField,
      @ForAll @Size(max = 40) byte[] rest) {
    ByteBuffer frame = ByteBuffer.allocate(4 + rest.length);
    frame.put((byte) frameControl).put((byte) 7).put((byte) commandId).put((byte) firstField);
    frame.put(rest).flip();
    OtaFrameLaws.checkRequest(frame);
    OtaFrameLaws.checkResponse(frame);
  }

  @Provide
  Arbitrary<Integer> frameControls() {
    return Arbitraries.frequencyOf(
        Tuple.of(9, Arbitraries.of(0x01, 0x11, 0x09, 0x19)),
        Tuple.of(1, Arbitraries.integers().between(0, 0xFF)));
  }

  @Provide
  Arbitrary<Integer> firstFields() {
    return Arbitraries.frequencyOf(
        Tuple.of(2, Arbitraries.of(0x00, 0x01, 0x02, 0x03, 0x95, 0x97)),
        Tuple.of(1, Arbitraries.integers().between(0, 0xFF)));
  }

  @Provide
  Arbitrary<OtaRequest> requests() {
    Arbitrary<OtaRequest> query =
        Combinators.combine(u16(), u16(), u32(), optional16()).as(QueryNextImage::new);
    Arbitrary<OtaRequest> block =
        Combinators.combine(u16(), u16(), u32(), u32(), u8(), addresses(), optional16())
            .as(ImageBlock::new);
    Arbitrary<OtaRequest> page =
        Combinators.combine(u16(), u16(), u32(), u32(), u8(), u16(), u16(), addresses())
            .as(ImagePage::new);
    Arbitrary<OtaRequest> end =
        Combinators.combine(u8(), imageIds())
            .as((status, id) -> new UpgradeEnd(status, Optional.of(id)));
    Arbitrary<OtaRequest> shortEnd =
        Arbitraries.integers().between(1, 0xFF).map(s -> new UpgradeEnd(s, Optional.empty()));
    Arbitrary<OtaRequest> specific =
        Combinators.combine(eui64s(), u16(), u16(), u32(), u16()).as(QueryDeviceSpecificFile::new);
    return Arbitraries.oneOf(query, block, page, end, shortEnd, specific);
  }

  @Provide
  Arbitrary<OtaResponse> responses() {
    Arbitrary<OtaResponse> notify = u8().map(ImageNotify::toAll);
    Arbitrary<OtaResponse> notify1 =
        Combinators.combine(u8(), u16()).as((jitter, code) -> ImageNotify.of(jitter, code));
    Arbitrary<OtaResponse> notify2 =
        Combinators.combine(u8(), u16(), u16())
            .as((jitter, code, type) -> ImageNotify.of(jitter, code, type));
    Arbitrary<OtaResponse> notify3 =
        Combinators.combine(u8(), u16(), u16(), u32())
            .as((jitter, code, type, version) -> ImageNotify.of(jitter, code, type, version));
    Arbitrary<OfferedImage> offers =
        Combinators.combine(u16(), u16(), u32(), u32()).as(OfferedImage::new);
    Arbitrary<Integer> refusals = Arbitraries.integers().between(1, 0xFF);
    Arbitrary<OtaResponse> offer = offers.map(QueryNextImageResponse::offering);
    Arbitrary<OtaResponse> refusal =
        refusals.map(status -> new QueryNextImageResponse(status, Optional.empty()));
    Arbitrary<OtaResponse> file = offers.map(QueryDeviceSpecificFileResponse::offering);
    Arbitrary<OtaResponse> noFile =
        refusals.map(status -> new QueryDeviceSpecificFileResponse(status, Optional.empty()));
    Arbitrary<Octets> data =
        Arbitraries.bytes().array(byte[].class).ofMinSize(1).ofMaxSize(255).map(Octets::copyOf);
    Arbitrary<OtaResponse> block =
        Combinators.combine(u16(), u16(), u32(), u32(), data).as(ImageBlockResponse.Success::new);
    Arbitrary<OtaResponse> wait =
        Combinators.combine(u32(), u32(), u16()).as(ImageBlockResponse.WaitForData::new);
    Arbitrary<OtaResponse> abort = Arbitraries.just(new ImageBlockResponse.Abort());
    Arbitrary<OtaResponse> end =
        Combinators.combine(u16(), u16(), u32(), u32(), u32()).as(UpgradeEndResponse::new);
    return Arbitraries.oneOf(
        notify, notify1, notify2, notify3, offer, refusal, file, noFile, block, wait, abort, end);
  }

  private static Arbitrary<Integer> u8() {
    return Arbitraries.integers().between(0, 0xFF);
  }

  private static Arbitrary<Integer> u16() {
    return Arbitraries.integers().between(0, 0xFFFF);
  }

  private static Arbitrary<Long> u32() {
    return Arbitraries.longs().between(0, 0xFFFF_FFFFL);
  }

  private static Arbitrary<OptionalInt> optional16() {
    return u16().optional().map(value -> value.map(OptionalInt::of).orElseGet(OptionalInt::empty));
  }

  private static Arbitrary<Eui64> eui64s() {
    return Arbitraries.longs().map(Eui64::new);
  }

  private static Arbitrary<Optional<Eui64>> addresses() {
    return eui64s().optional();
  }

  private static Arbitrary<ImageId> imageIds() {
    return Combinators.combine(u16(), u16(), u32()).as(ImageId::new);
  }
}
