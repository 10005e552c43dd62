package io.otaupgrade.drivers.internal.c4;

import io.otaupgrade.drivers.internal.instance.DriverWatcher.Level;
import io.otaupgrade.drivers.internal.lua.Arguments;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.luaj.vm2.LuaError;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;

/** JSON, Base64, digests, ciphers and XML. */
final class CodecCalls {
  private final LuaDriver driver;
  private final TableText json;

  CodecCalls(LuaDriver driver) {
    this.driver = driver;
    this.json = new TableText(driver.sandbox(), false);
  }

  void install(C4Table c4) {
    c4.method("JsonEncode", arguments -> driver.sandbox().string(json.encode(arguments.arg1())));
    c4.method("JsonDecode", this::jsonDecode);
    c4.method(
        "Base64Encode", arguments -> string(Base64.getEncoder().encode(octets(arguments, 1))));
    c4.method("Base64Decode", arguments -> string(fromBase64(octets(arguments, 1))));
    c4.method("Hash", this::hash);
    c4.method("HMAC", this::hmac);
    c4.method("Encrypt", arguments -> cipher(arguments, Cipher.ENCRYPT_MODE));
    c4.method("Decrypt", arguments -> cipher(arguments, Cipher.DECRYPT_MODE));
    c4.method("ParseXml", this::parseXml);
  }

  private byte[] octets(Varargs arguments, int i) {
    LuaString string = Arguments.string(arguments, i);
    driver.sandbox().spend(100 + string.m_length / 4);
    driver.sandbox().charge(string.m_length * 3L);
    return Octets.of(string);
  }

  private LuaString string(byte[] octets) {
    return driver.sandbox().string(octets);
  }

  private static byte[] fromBase64(byte[] text) {
    try {
      return Base64.getMimeDecoder().decode(text);
    } catch (IllegalArgumentException wrong) {
      throw new LuaError("not Base64: " + wrong.getMessage());
    }
  }

  private Varargs jsonDecode(Varargs arguments) {
    try {
      return json.decode(octets(arguments, 1));
    } catch (LuaError wrong) {
      return LuaValue.varargsOf(LuaValue.NIL, LuaValue.valueOf(wrong.getMessage()));
    }
  }

  private Varargs hash(Varargs arguments) {
    LuaValue options = arguments.arg(3);
    try {
      byte[] data = coded(octets(arguments, 2), option(options, "data_encoding", "NONE"));
      MessageDigest digest = MessageDigest.getInstance(algorithm(arguments));
      return encoded(digest.digest(data), option(options, "return_encoding", "HEX"));
    } catch (GeneralSecurityException unknown) {
      return failed("Hash", unknown);
    }
  }

  private Varargs hmac(Varargs arguments) {
    LuaValue options = arguments.arg(4);
    try {
      byte[] key = coded(octets(arguments, 2), option(options, "key_encoding", "NONE"));
      byte[] data = coded(octets(arguments, 3), option(options, "data_encoding", "NONE"));
      String name = "Hmac" + algorithm(arguments).replace("-", "");
      Mac mac = Mac.getInstance(name);
      mac.init(new SecretKeySpec(key.length == 0 ? new byte[1] : key, name));
      return encoded(mac.doFinal(data), option(options, "return_encoding", "HEX"));
    } catch (GeneralSecurityException unknown) {
      return failed("HMAC", unknown);
    }
  }

  /** {@code SHA256} as {@code SHA-256}. */
  private static String algorithm(Varargs arguments) throws GeneralSecurityException {
    String name = Arguments.text(arguments, 1).toUpperCase(Locale.ROOT).replace("-", "");
    return switch (name) {
      case "MD5" -> "MD5";
      case "SHA1", "SHA224", "SHA256", "SHA384", "SHA512" -> "SHA-" + name.substring(3);
      default -> throw new GeneralSecurityException("the digest '" + name + "' is not known");
    };
  }

  private Varargs cipher(Varargs arguments, int mode) {
    boolean encrypting = mode == Cipher.ENCRYPT_MODE;
    LuaValue options = arguments.arg(5);
    String name = Arguments.text(arguments, 1).toUpperCase(Locale.ROOT);
    try {
      byte[] key = coded(octets(arguments, 2), option(options, "key_encoding", "NONE"));
      byte[] iv =
          arguments.isnoneornil(3)
              ? new byte[0]
              : coded(octets(arguments, 3), option(options, "iv_encoding", "NONE"));
      byte[] data = coded(octets(arguments, 4), option(options, "data_encoding", "NONE"));
      if (!name.matches("AES-(128|192|256)-(CBC|ECB|CTR)")) {
        throw new GeneralSecurityException("the cipher '" + name + "' is not known");
      }
      int bits = Integer.parseInt(name.substring(4, 7));
      if (key.length * 8 != bits) {
        throw new GeneralSecurityException("the key has " + key.length * 8 + " bits, not " + bits);
      }
      String block = name.substring(8);
      LuaValue padding = options.istable() ? options.get("padding") : LuaValue.NIL;
      boolean pad = !block.equals("CTR") && (padding.isnil() || padding.toboolean());
      Cipher cipher = Cipher.getInstance("AES/" + block + (pad ? "/PKCS5Padding" : "/NoPadding"));
      SecretKeySpec secret = new SecretKeySpec(key, "AES");
      if (block.equals("ECB")) {
        cipher.init(mode, secret);
      } else {
        cipher.init(mode, secret, new IvParameterSpec(iv.length == 0 ? new byte[16] : iv));
      }
      return encoded(cipher.doFinal(data), option(options, "return_encoding", "NONE"));
    } catch (GeneralSecurityException wrong) {
      return failed(encrypting ? "Encrypt" : "Decrypt", wrong);
    }
  }

  private Varargs failed(String function, GeneralSecurityException why) {
    driver.log(Level.WARN, "C4:" + function + ": " + why.getMessage());
    return LuaValue.varargsOf(LuaValue.NIL, LuaValue.valueOf(String.valueOf(why.getMessage())));
  }

  private static String option(LuaValue options, String name, String otherwise) {
    LuaValue value = options.istable() ? options.get(name) : LuaValue.NIL;
    return value.isstring() ? value.tojstring().toUpperCase(Locale.ROOT) : otherwise;
  }

  private static byte[] coded(byte[] octets, String encoding) {
    return switch (encoding) {
      case "HEX" -> {
        try {
          yield HexFormat.of().parseHex(new String(octets, StandardCharsets.US_ASCII));
        } catch (IllegalArgumentException wrong) {
          throw new LuaError("not hexadecimal: " + wrong.getMessage());
        }
      }
      case "BASE64" -> fromBase64(octets);
      case "NONE" -> octets;
      default -> throw new LuaError("the encoding '" + encoding + "' is not known");
    };
  }

  private LuaValue encoded(byte[] octets, String encoding) {
    return switch (encoding) {
      case "HEX" -> driver.sandbox().string(HexFormat.of().formatHex(octets));
      case "BASE64" -> string(Base64.getEncoder().encode(octets));
      case "NONE" -> string(octets);
      default -> throw new LuaError("the encoding '" + encoding + "' is not known");
    };
  }

  private Varargs parseXml(Varargs arguments) {
    String text = new String(octets(arguments, 1), StandardCharsets.UTF_8);
    try {
      return new XmlTree(driver.sandbox()).parse(text);
    } catch (XmlTree.NotXml wrong) {
      return LuaValue.NIL;
    }
  }
}
