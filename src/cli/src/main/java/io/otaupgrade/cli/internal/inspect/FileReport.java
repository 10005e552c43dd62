package io.otaupgrade.cli.internal.inspect;

import com.fasterxml.jackson.core.JsonGenerator;
import io.otaupgrade.zcl.file.ElementTag;
import io.otaupgrade.zcl.file.HardwareVersionRange;
import io.otaupgrade.zcl.file.IntegrityRule;
import io.otaupgrade.zcl.file.OtaElement;
import io.otaupgrade.zcl.file.OtaFile;
import io.otaupgrade.zcl.file.OtaFileException;
import io.otaupgrade.zcl.file.OtaFileLimits;
import io.otaupgrade.zcl.file.OtaFileWarning;
import io.otaupgrade.zcl.file.OtaHeader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/**
 * What there is to say of one file.
 *
 * @param accepted the image, unless the file is refused
 * @param header that of the image, also of one that is refused for what comes after the header
 * @param error why it is refused; empty when it is not
 * @param sha256 of the whole file, lower-case hexadecimal; empty when it cannot be read
 * @param sha512 of the whole file, lower-case hexadecimal; empty when it cannot be read
 */
record FileReport(
    Path path,
    Optional<OtaFile> accepted,
    Optional<OtaHeader> header,
    String error,
    String sha256,
    String sha512) {

  static FileReport of(Path path) {
    // asked first: to open a named pipe takes until somebody writes to it
    if (Files.exists(path) && !Files.isRegularFile(path)) {
      return unreadable(path, "is no file");
    }
    try (FileChannel channel = FileChannel.open(path)) {
      long size = channel.size();
      OtaFileLimits limits = OtaFileLimits.DEFAULT;
      try {
        limits.check(size);
      } catch (OtaFileException refused) {
        return unreadable(path, refused.getMessage());
      }
      ByteBuffer octets = channel.map(FileChannel.MapMode.READ_ONLY, 0, size);
      String sha256 = digest("SHA-256", octets);
      String sha512 = digest("SHA-512", octets);
      try {
        OtaFile file = OtaFile.inspect(octets, limits);
        return new FileReport(
            path, Optional.of(file), Optional.of(file.header()), "", sha256, sha512);
      } catch (OtaFileException refused) {
        return new FileReport(
            path, Optional.empty(), refused.header(), refused.getMessage(), sha256, sha512);
      }
    } catch (NoSuchFileException e) {
      return unreadable(path, "no such file");
    } catch (AccessDeniedException e) {
      return unreadable(path, "cannot be read: permission denied");
    } catch (FileSystemException e) {
      return unreadable(path, "cannot be read: " + e.getReason());
    } catch (IOException e) {
      return unreadable(path, "cannot be read: " + e.getMessage());
    }
  }

  private static FileReport unreadable(Path path, String why) {
    return new FileReport(path, Optional.empty(), Optional.empty(), why, "", "");
  }

  private static String digest(String algorithm, ByteBuffer octets) {
    try {
      MessageDigest digest = MessageDigest.getInstance(algorithm);
      digest.update(octets.duplicate());
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has " + algorithm, e);
    }
  }

  boolean isAccepted() {
    return accepted.isPresent();
  }

  void writeMembers(JsonGenerator json) throws IOException {
    json.writeStringField("file", path.toString());
    json.writeBooleanField("accepted", isAccepted());
    string(json, "error", Optional.of(error).filter(text -> !text.isEmpty()));
    json.writeArrayFieldStart("warnings");
    if (accepted.isPresent()) {
      for (OtaFileWarning warning : accepted.get().warnings()) {
        json.writeString(warning.text());
      }
    }
    json.writeEndArray();
    Optional<HardwareVersionRange> hardware = header.flatMap(OtaHeader::hardwareVersions);
    number(json, "manufacturerCode", header.map(OtaHeader::manufacturerCode));
    number(json, "imageType", header.map(OtaHeader::imageType));
    number(json, "fileVersion", header.map(OtaHeader::fileVersion));
    number(json, "zigbeeStackVersion", header.map(OtaHeader::zigbeeStackVersion));
    string(json, "headerString", header.map(OtaHeader::headerString));
    number(json, "totalImageSize", header.map(OtaHeader::totalImageSize));
    number(json, "imageOffset", accepted.map(OtaFile::imageOffset));
    number(json, "trailingBytes", accepted.map(OtaFile::trailingBytes));
    number(json, "hardwareMin", hardware.map(HardwareVersionRange::minimum));
    number(json, "hardwareMax", hardware.map(HardwareVersionRange::maximum));
    json.writeArrayFieldStart("elements");
    if (accepted.isPresent()) {
      for (OtaElement element : accepted.get().elements()) {
        json.writeStartObject();
        json.writeNumberField("tag", element.tag());
        json.writeNumberField("length", element.length());
        json.writeEndObject();
      }
    }
    json.writeEndArray();
    string(json, "integrity", accepted.map(file -> file.integrity().word()));
    string(
        json, "integrityRule", accepted.flatMap(OtaFile::integrityRule).map(IntegrityRule::word));
    string(json, "signature", accepted.map(file -> file.signature().word()));
    string(json, "sha256", Optional.of(sha256).filter(text -> !text.isEmpty()));
    string(json, "sha512", Optional.of(sha512).filter(text -> !text.isEmpty()));
  }

  private static void string(JsonGenerator json, String name, Optional<String> value)
      throws IOException {
    json.writeFieldName(name);
    if (value.isPresent()) {
      json.writeString(value.get());
    } else {
      json.writeNull();
    }
  }

  private static void number(JsonGenerator json, String name, Optional<? extends Number> value)
      throws IOException {
    json.writeFieldName(name);
    if (value.isPresent()) {
      json.writeNumber(value.get().longValue());
    } else {
      json.writeNull();
    }
  }

  void print(PrintWriter out) {
    out.println(path);
    if (accepted.isEmpty()) {
      out.println("  REFUSED            " + error);
    }
    header.ifPresent(known -> printIdentity(out, known));
    accepted.ifPresent(file -> printImage(out, file));
  }

  private static void printIdentity(PrintWriter out, OtaHeader header) {
    out.printf(
        "  image              manufacturer 0x%04X, type 0x%04X, version 0x%08X, Zigbee stack %d%n",
        header.manufacturerCode(),
        header.imageType(),
        header.fileVersion(),
        header.zigbeeStackVersion());
    out.println("  header string      " + header.headerString());
  }

  private void printImage(PrintWriter out, OtaFile file) {
    OtaHeader header = file.header();
    out.printf("  size               %d octets", header.totalImageSize());
    if (file.imageOffset() > 0 || file.trailingBytes() > 0) {
      out.printf(" (%d before it, %d behind it)", file.imageOffset(), file.trailingBytes());
    }
    out.println();
    header
        .hardwareVersions()
        .ifPresent(
            range ->
                out.printf(
                    "  hardware versions  0x%04X to 0x%04X%n", range.minimum(), range.maximum()));
    header
        .upgradeFileDestination()
        .ifPresent(device -> out.println("  only for           " + device));
    for (OtaElement element : file.elements()) {
      out.printf(
          "  element            0x%04X %s, %d octets%n",
          element.tag(),
          ElementTag.of(element.tag())
              .map(ElementTag::label)
              .orElse(ElementTag.isReserved(element.tag()) ? "reserved" : "manufacturer specific"),
          element.length());
    }
    out.printf(
        "  integrity code     %s%s%n",
        file.integrity().word(),
        file.integrityRule().map(rule -> " (" + rule.word() + ")").orElse(""));
    out.println("  signature          " + file.signature().word());
    out.println("  sha256             " + sha256);
    for (OtaFileWarning warning : file.warnings()) {
      out.println("  warning            " + warning.text());
    }
  }
}
