-- Keeps the firmware of a lamp up to date with the image in www.
--
-- Whenever the lamp comes online: is there an OTA server? Then the image is added, and what
-- comes of it is asked for until the lamp runs it. The property "Firmware" tells where it stands.

local MANUFACTURER = 0xFFF1
local IMAGE_TYPE = 0x0001
local IMAGE = "controller://driver/acme-lamp/acme-lamp.zigbee"
local DRIVER_TYPE = "acme-lamp.c4z"
local DRIVER_VERSION = 1

local FIRST_PAUSE = 2000 -- milliseconds until the next try; doubles
local LONGEST_PAUSE = 300000
local ASK_AGAIN = 5000

local zigbee = C4:RequireModule("zigbee")
local pause = FIRST_PAUSE
local timer

local function show(text)
  if Properties["Firmware"] ~= text then
    C4:UpdateProperty("Firmware", text)
  end
end

local function after(milliseconds, what)
  if timer then
    timer:Cancel()
  end
  timer = C4:SetTimer(milliseconds, function()
    timer = nil
    what()
  end)
end

-- every call says at once whether it was sent; the answer comes to ReceivedFromNetwork
local function sent(status, again)
  if status ~= 0 then
    print("not sent, status " .. status)
    after(pause, again)
  end
end

local function checkService()
  sent(zigbee:otaServiceStatus(C4:GetDeviceID()), checkService)
end

local function askForImage()
  sent(zigbee:otaImageInfo(C4:GetDeviceID()), askForImage)
end

local function addImage()
  sent(
    zigbee:otaAddImage(
      C4:GetDeviceID(), MANUFACTURER, IMAGE_TYPE, IMAGE, DRIVER_TYPE, DRIVER_VERSION),
    addImage)
end

local function tryAgain(why)
  show(why .. ", next try in " .. pause / 1000 .. " s")
  after(pause, checkService)
  pause = math.min(2 * pause, LONGEST_PAUSE)
end

local answers = {}

function answers.serviceStatusResponse(result)
  if result:status() == "serviceAvailable" then
    addImage()
  else
    tryAgain("no OTA server")
  end
end

function answers.addImageResponse(result)
  local status = result:status()
  if status == "inProgress" then
    show("image is being fetched")
  elseif status == "success" then
    pause = FIRST_PAUSE
    askForImage()
  elseif status == "incompatibleDriverVersion" then
    show("another version of this driver has registered its image")
  elseif status == "imageValidationFailed" or status == "invalidData" then
    show("the image is not fit: " .. status) -- to try again would not mend it
  else
    tryAgain(status)
  end
end

function answers.imageInfoResponse(result)
  local status = result:status()
  if status == "inProgress" then
    return
  elseif status ~= "success" then
    tryAgain(status)
  elseif result:oldImageVersion() == result:imageVersion() then
    show(string.format("0x%08X, up to date", result:imageVersion()))
  else
    show(string.format(
      "0x%08X, upgrading to 0x%08X", result:oldImageVersion(), result:imageVersion()))
    after(ASK_AGAIN, askForImage)
  end
end

function ReceivedFromNetwork(idBinding, port, pObject)
  local result = _G[pObject]
  _G[pObject] = nil -- or it would never be released
  if type(result) ~= "table" then
    return
  end
  local answer = answers[result:operation()]
  if answer then
    answer(result)
  end
end

function OnZigbeeOnlineStatusChanged(status, version, skew)
  print("lamp is " .. status)
  if status == "ONLINE" or status == "REBOOT" then
    checkService()
  end
end

function OnDriverDestroyed()
  if timer then
    timer:Cancel()
  end
end
