package io.otaupgrade.drivers.internal.pack;

/**
 * How large a package may be. What is larger is refused before it is unpacked.
 *
 * @param archive octets of the file itself
 * @param entries files and folders in it
 * @param unpacked octets of all files together
 * @param file octets of one file
 * @param ratio how many times its compressed size a file may have
 * @param ratioFrom octets below which a file may have any ratio
 * @param driverXml octets of {@code driver.xml}, in which older packages carry firmware as well
 * @param script octets of one script
 */
record PackageLimits(
    long archive,
    int entries,
    long unpacked,
    long file,
    int ratio,
    long ratioFrom,
    int driverXml,
    int script) {

  static final PackageLimits DEFAULT =
      new PackageLimits(64L << 20, 2000, 128L << 20, 64L << 20, 200, 1L << 20, 8 << 20, 4 << 20);
}
