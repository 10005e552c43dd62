package io.otaupgrade.zcl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class OctetsTest {

  @Test
  void itKeepsWhatItWasMadeOf() {
    byte[] source = {1, 2, (byte) 0xFF};
    Octets octets = Octets.copyOf(source);
    source[0] = 9;
    octets.toArray()[1] = 9;
    assertThat(octets.toArray()).containsExactly(1, 2, 0xFF);
    assertThat(octets.get(2)).isEqualTo(0xFF);
    assertThat(octets).hasToString("0102ff");
  }

  @Test
  void itIsEqualToAnotherOfTheSameOctets() {
    ByteBuffer source = ByteBuffer.wrap(new byte[] {0, 1, 2, 3}).position(3).asReadOnlyBuffer();
    Octets middle = Octets.copyOf(source, 1, 2);
    assertThat(middle).isEqualTo(Octets.copyOf((byte) 1, (byte) 2));
    assertThat(middle).hasSameHashCodeAs(Octets.copyOf((byte) 1, (byte) 2));
    assertThat(middle).isNotEqualTo(Octets.copyOf((byte) 1));
    assertThat(source.position()).isEqualTo(3);
  }

  @Test
  void itReadsNothingBehindTheLimit() {
    ByteBuffer source = ByteBuffer.allocate(8).limit(4);
    assertThatThrownBy(() -> Octets.copyOf(source, 2, 3))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void whatDoesNotFitIsNotWritten() {
    ByteBuffer out = ByteBuffer.allocate(1);
    assertThatThrownBy(() -> Octets.copyOf((byte) 1, (byte) 2).putTo(out))
        .isInstanceOf(BufferOverflowException.class);
    assertThat(out.position()).isZero();
  }
}
