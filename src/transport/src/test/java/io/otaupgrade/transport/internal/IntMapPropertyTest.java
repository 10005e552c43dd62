package io.otaupgrade.transport.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class IntMapPropertyTest {

  @Property
  void itDoesWhatAHashMapDoes(
      @ForAll @Size(max = 400) List<@IntRange(max = 0xFFFF) Integer> keys,
      @ForAll @Size(max = 400) List<@IntRange(max = 99) Integer> actions) {
    IntMap<String> map = new IntMap<>();
    Map<Integer, String> model = new HashMap<>();
    for (int i = 0; i < keys.size(); i++) {
      int key = keys.get(i);
      int action = i < actions.size() ? actions.get(i) : 0;
      if (action < 60) {
        map.put(key, "value " + i);
        model.put(key, "value " + i);
      } else if (action < 98) {
        // One that is there, if there is one.
        int victim = model.isEmpty() ? key : model.keySet().iterator().next();
        map.remove(victim);
        map.remove(key);
        model.remove(victim);
        model.remove(key);
      } else {
        map.removeIf(value -> value.endsWith("7"));
        model.values().removeIf(value -> value.endsWith("7"));
      }
    }
    IntMap<String> copy = map.copy();
    copy.put(0x10000, "only in the copy");
    assertThat(map.getOr(0x10000, "none")).isEqualTo("none");
    assertThat(map.size()).isEqualTo(model.size());
    keys.forEach(
        key -> assertThat(map.getOr(key, "none")).isEqualTo(model.getOrDefault(key, "none")));
    List<String> values = new ArrayList<>();
    map.forEach(values::add);
    assertThat(values).containsExactlyInAnyOrderElementsOf(model.values());
  }
}
