#include "analyze/name/name_pool.h"

namespace waybill {

NamePool::Id NamePool::find(std::string_view wire_form, std::uint32_t hash) const
{
    return index_.find(hash, [&](Id id) { return names_[id].wire == wire_form; });
}

NamePool::Id NamePool::find(const dns::Name& name) const
{
    return find(as_text(name.wire()), hash_(name.wire()));
}

NamePool::Id NamePool::free_place()
{
    if (first_free_ == none) {
        names_.emplace_back();
        return static_cast<Id>(names_.size() - 1);
    }
    const Id id = first_free_;
    first_free_ = names_[id].next_free;
    return id;
}

NamePool::Id NamePool::hold(const dns::Name& name)
{
    const std::string_view wire_form = as_text(name.wire());
    const std::uint32_t hash = hash_(name.wire());
    Id id = find(wire_form, hash);
    if (id == none) {
        id = free_place();
        Name& place = names_[id];
        place.wire = wire_form;
        std::string text;
        name.append_presentation(text);
        place.text = text;
        index_.insert(hash, id);
    }
    ++names_[id].holders;
    return id;
}

void NamePool::release(Id id)
{
    Name& name = names_[id];
    if (--name.holders != 0)
        return;
    index_.erase(hash_(as_octets(name.wire)), id);
    name.wire = {};
    name.text = {};
    name.next_free = first_free_;
    first_free_ = id;
}

}  // namespace waybill
