@echo off
rem ota COMMAND...: runs the product, and builds it first where the build is missing. The same as ./ota, which tells more;
rem Windows has no cheap way to compare all sources with the build, so "ota rebuild" does it on demand.
setlocal EnableExtensions DisableDelayedExpansion
set "HERE=%~dp0"
set "SERVER=%HERE%dist\felix\target\ota.jar"
set "COMMANDS=%HERE%dist\commands\target\otacmd.jar"
set "BENCH=%HERE%bench\target\ota-bench.jar"
set "JAVA=java"
if defined JAVA_HOME set "JAVA=%JAVA_HOME%\bin\java"
rem stdout belongs to the command: what the JVM has to say goes to stderr, and only errors
set "JVM=-Xlog:disable -Xlog:all=error:stderr -XX:+UseSerialGC -XX:-UsePerfData"

set "RUN=%~1"
if "%RUN%"=="rebuild" (
  del /q "%SERVER%" "%COMMANDS%" "%BENCH%" 2>nul
  call :build "%SERVER%" "dist/felix,dist/commands"
  exit /b
)
for %%c in (demo serve devices ports simulate driver) do if "%RUN%"=="%%c" goto server
if "%RUN%"=="bench" goto bench

call :build "%COMMANDS%" "dist/commands" || exit /b 1
"%JAVA%" %JVM% -jar "%COMMANDS%" %*
exit /b

:server
call :build "%SERVER%" "dist/felix" || exit /b 1
set "JVM=%JVM% -Xms16m -Xmn4m -XX:+ExitOnOutOfMemoryError"
if not "%RUN%"=="simulate" set "JVM=%JVM% -XX:TieredStopAtLevel=1"
set "LOG=%OTA_LOG%"
if not defined LOG set "LOG=warn"
if not defined OTA_LOG if "%RUN%"=="devices" set "LOG=error"
if not defined OTA_LOG if "%RUN%"=="driver" set "LOG=error"
set "JVM=%JVM% -Dorg.slf4j.simpleLogger.log.io.otaupgrade=%LOG%"
rem what is wrong with a radio is an event that serve prints
if not defined OTA_LOG if "%RUN%"=="serve" set "JVM=%JVM% -Dorg.slf4j.simpleLogger.log.io.otaupgrade.transport.internal.Mesh=error"
set "DATA=%OTA_DATA%"
if not defined DATA set "DATA=%LOCALAPPDATA%\ota-upgrade"
if "%RUN%"=="serve" goto serve
if "%RUN%"=="devices" goto devices
if "%RUN%"=="driver" for %%c in (install list log remove) do if "%~2"=="%%c" goto devices
"%JAVA%" %JVM% -jar "%SERVER%" %*
exit /b

:devices
rem the images belong to a server that may be running
"%JAVA%" %JVM% "-Dota.data=%DATA%" -Dota.data.images=false -Dota.drivers.run=false -jar "%SERVER%" %*
exit /b

:serve
if not exist "%DATA%\" mkdir "%DATA%" 2>nul
if not exist "%DATA%\" (
  echo ota: cannot make the folder that OTA_DATA names, where images and bindings are kept 1>&2
  exit /b 1
)
rem the folder that --conf names, for FileInstall: what is in it is to be there before anything of ours starts.
rem "for" splits --conf=DIR too
set "CONF="
set "NEXT="
for %%a in (%*) do (
  if defined NEXT set "CONF=%%~a"
  set "NEXT="
  if "%%~a"=="--conf" set "NEXT=1"
)
if not defined CONF goto start
if "%CONF:~-1%"=="\" set "CONF=%CONF:~0,-1%"
if not exist "%CONF%\" goto start
"%JAVA%" %JVM% "-Dfelix.fileinstall.dir=%CONF%" -Dfelix.fileinstall.poll=1000 -Dfelix.fileinstall.log.level=1 "-Dfelix.fileinstall.filter=.*\.(cfg|config)" "-Dota.data=%DATA%" -jar "%SERVER%" %*
exit /b

:start
"%JAVA%" %JVM% "-Dota.data=%DATA%" -jar "%SERVER%" %*
exit /b

:bench
call :build "%BENCH%" "bench,bench/load,dist/felix,dist/commands" || exit /b 1
for /f "tokens=1,*" %%a in ("%*") do set "REST=%%b"
"%JAVA%" "-Dota.launcher=%HERE%ota.cmd" -jar "%BENCH%" %REST%
exit /b

rem build JAR MODULES: with Maven, when JAR is not there
:build
if defined OTA_SKIP_BUILD exit /b 0
if exist "%~1" exit /b 0
echo ota: building, about a minute; the first time Maven downloads, some minutes 1>&2
if not exist "%HERE%target" mkdir "%HERE%target"
pushd "%HERE%"
call mvn -B -q -pl "%~2" -am package -Dmaven.test.skip=true -Denforcer.skip -Djacoco.skip >"%HERE%target\ota-build.log" 2>&1
set "BUILT=%ERRORLEVEL%"
popd
if not "%BUILT%"=="0" (
  findstr /b /c:"[ERROR]" "%HERE%target\ota-build.log" 1>&2
  echo ota: the build failed, see %HERE%target\ota-build.log 1>&2
  exit /b 1
)
exit /b 0
