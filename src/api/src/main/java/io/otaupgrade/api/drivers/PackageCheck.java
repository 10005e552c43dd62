package io.otaupgrade.api.drivers;

import java.util.List;
import java.util.Optional;

/**
 * What there is to say of a package, all of it at once.
 *
 * @param description what the package says of itself, as far as that could be read
 * @param findings errors and warnings, in the order of the package
 */
public record PackageCheck(
    Optional<PackageDescription> description, List<PackageFinding> findings) {
  public PackageCheck {
    findings = List.copyOf(findings);
  }

  /** Whether it can be installed: no finding is an error. */
  public boolean isAccepted() {
    return findings.stream()
        .noneMatch(finding -> finding.severity() == PackageFinding.Severity.ERROR);
  }
}
