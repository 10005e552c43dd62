package io.otaupgrade.drivers.internal.c4;

import io.otaupgrade.drivers.internal.instance.DriverWatcher.Level;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Supplier;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;

/**
 * Calls that mean something on a full controller only: they say so once, do nothing, and return
 * what a driver can go on with.
 */
final class InertCalls {

  private static final String[] NOTHING = {
    "SendToProxy",
    "SendToDevice",
    "SendToNetwork",
    "SendToSerial",
    "SendUIRequest",
    "CreateNetworkConnection",
    "NetConnect",
    "NetDisconnect",
    "NetPortOptions",
    "CreateTCPClient",
    "CreateTCPServer",
    "CreateServer",
    "DestroyServer",
    "ServerSend",
    "RegisterVariableListener",
    "UnregisterVariableListener",
    "RegisterDeviceEvent",
    "UnregisterDeviceEvent",
    "RegisterSystemEvent",
    "UnregisterSystemEvent",
    "RenameDevice",
    "RecordHistory",
    "AddDynamicBinding",
    "RemoveDynamicBinding",
    "Bind",
    "Unbind",
    "SetBindingStatus",
    "SendDataToUI",
    "InvalidateState",
    "RegisterDevice",
    "PrintToLog",
    "MediaAddArtistInfo",
    "SendBroadcast",
    "StartDiscovery",
    "StopDiscovery",
    "FileClose",
    "FileWrite",
    "FileDelete",
    "FileSetPos",
    "FileSetDir",
    "SetDeviceData",
    "ExecuteCommand",
  };

  private static final String[] TABLE = {
    "GetBoundConsumerDevices",
    "GetBoundProviderDevice",
    "GetDevicesByC4iName",
    "GetDeviceVariables",
    "GetProjectItems",
    "GetDevices",
    "GetCapabilities",
    "GetUsers",
    "GetLocationInfo",
  };

  private static final String[] EMPTY = {
    "GetBindingAddress", "GetProjectProperty", "GetControllerNetworkAddress", "GetUniqueMAC",
    "GetSystemType", "GetZip", "GetDriverProperty", "FileRead",
  };

  private static final String[] MINUS_ONE = {"FileOpen", "FileGetPos", "FileGetSize"};

  private static final String[] NO = {"FileExists", "IsBound", "AddEventListener"};

  private final LuaDriver driver;
  private final Set<String> told = new HashSet<>();

  InertCalls(LuaDriver driver) {
    this.driver = driver;
  }

  void install(C4Table c4) {
    define(c4, NOTHING, () -> LuaValue.NIL);
    define(c4, TABLE, LuaTable::new);
    define(c4, EMPTY, () -> LuaValue.EMPTYSTRING);
    define(c4, MINUS_ONE, () -> LuaValue.valueOf(-1));
    define(c4, NO, () -> LuaValue.FALSE);
  }

  private void define(C4Table c4, String[] names, Supplier<LuaValue> result) {
    for (String name : names) {
      c4.method(
          name,
          arguments -> {
            if (told.add(name)) {
              driver.log(Level.WARN, "C4:" + name + " does nothing on this host");
            }
            driver.sandbox().charge(64);
            return result.get();
          });
    }
  }
}
